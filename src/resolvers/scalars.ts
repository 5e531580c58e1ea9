import { GraphQLError, GraphQLScalarType } from 'graphql';
import { DateResolver, DateTimeResolver, JSONResolver } from 'graphql-scalars';
import { toError } from '../errors/errors.js';
import type { DateBound } from '../search/date-bound.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day or an instant, as input only. */
const DateOrDateTime = new GraphQLScalarType<DateBound, never>({
  name: 'DateOrDateTime',
  parseValue: (value) => {
    const wholeDay = typeof value === 'string' && DAY.test(value);
    try {
      return { at: (wholeDay ? DateResolver : DateTimeResolver).parseValue(value), wholeDay };
    } catch (cause) {
      throw new GraphQLError(
        `Expected a day such as 2021-12-31 or an instant with time zone such as 2021-12-31T12:00:00Z, not ${JSON.stringify(value)}`,
        { originalError: toError(cause) },
      );
    }
  },
});

export const scalars = { Date: DateResolver, DateTime: DateTimeResolver, DateOrDateTime, JSON: JSONResolver };
