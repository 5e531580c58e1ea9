import { GraphQLScalarType } from 'graphql';
import { DateResolver, DateTimeResolver } from 'graphql-scalars';
import { DAY } from '../day.js';
import type { DateBound } from '../search/search-filter.js';

/** A day or an instant; input only. */
const DateOrDateTime = new GraphQLScalarType<DateBound, never>({
  name: 'DateOrDateTime',
  parseValue: (value) => {
    const wholeDay = typeof value === 'string' && DAY.test(value);
    try {
      return { at: (wholeDay ? DateResolver : DateTimeResolver).parseValue(value), wholeDay };
    } catch (cause) {
      // graphql-js adds the location to this error, but would keep a GraphQLError as it is, without one.
      throw new TypeError(
        `Expected a day such as 2021-12-31 or a time with time zone such as 2021-12-31T12:00:00Z, not ${JSON.stringify(value)}`,
        { cause },
      );
    }
  },
});

/** Output only. The values of resolvers are already JSON. */
const SearchFilterJSON = new GraphQLScalarType({ name: 'SearchFilterJSON' });

/** Leaves the description to the SDL: any description here, even an absent one, would replace it. */
function describedBySdl<Internal, External>(
  scalar: GraphQLScalarType<Internal, External>,
): GraphQLScalarType<Internal, External> {
  const bare = new GraphQLScalarType(scalar.toConfig());
  for (const words of ['description', 'specifiedByURL']) Reflect.deleteProperty(bare, words);
  return bare;
}

export const scalars = {
  Date: describedBySdl(DateResolver),
  DateTime: describedBySdl(DateTimeResolver),
  DateOrDateTime: describedBySdl(DateOrDateTime),
  SearchFilterJSON: describedBySdl(SearchFilterJSON),
};
