import { useRef, useState } from 'react';

export interface YearCount {
  value: string;
  count: number;
}

interface YearChartProps {
  years: readonly YearCount[];
  from?: number | null;
  to?: number | null;
  /** Makes the chart interactive: called with the years that were dragged over or typed. */
  onChange?: (from: number | null, to: number | null) => void;
}

/** Papers per year as bars. Years are chosen by dragging over the bars, or by keyboard in the two fields below. */
export function YearChart({ years, from = null, to = null, onChange }: YearChartProps) {
  const chart = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const counts = new Map(years.map(({ value, count }) => [Number(value), count]));
  const known = [...counts.keys()];
  if (known.length === 0) return null;
  const first = Math.min(...known);
  const last = Math.max(...known);
  const all = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const most = Math.max(...counts.values());
  const [low, high] = drag ? [Math.min(...drag), Math.max(...drag)] : [from ?? first, to ?? last];

  const yearAt = (clientX: number): number => {
    const box = chart.current?.getBoundingClientRect();
    if (!box || box.width === 0) return first;
    const at = Math.floor(((clientX - box.left) / box.width) * all.length);
    return first + Math.min(all.length - 1, Math.max(0, at));
  };
  const dragging = onChange && {
    onPointerDown: (event: React.PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag([yearAt(event.clientX), yearAt(event.clientX)]);
    },
    onPointerMove: (event: React.PointerEvent) => {
      if (drag) setDrag([drag[0], yearAt(event.clientX)]);
    },
    onPointerUp: () => {
      if (drag) onChange(low, high);
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
  };

  return (
    <figure className={onChange ? 'year-chart draggable' : 'year-chart'}>
      <svg
        ref={chart}
        viewBox={`0 0 ${all.length * 10} 60`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Papers per year from ${first} to ${last}, at most ${most}`}
        {...dragging}
      >
        {all.map((year, at) => {
          const count = counts.get(year) ?? 0;
          const height = count === 0 ? 0 : Math.max(2, (56 * count) / most);
          return (
            <g key={year} className={year >= low && year <= high ? 'year chosen' : 'year'}>
              <title>{`${year}: ${count}`}</title>
              <rect className="year-area" x={at * 10} width="10" height="60" />
              <rect className="year-bar" x={at * 10 + 1} y={60 - height} width="8" height={height} />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{first}</span>
        {drag && <strong>{low === high ? low : `${low}–${high}`}</strong>}
        <span>{last}</span>
      </figcaption>
      {onChange && (
        <YearFields key={`${from} ${to}`} first={first} last={last} from={from} to={to} onChange={onChange} />
      )}
    </figure>
  );
}

interface YearFieldsProps {
  first: number;
  last: number;
  from: number | null;
  to: number | null;
  onChange: (from: number | null, to: number | null) => void;
}

function YearFields({ first, last, from, to, onChange }: YearFieldsProps) {
  const read = (value: FormDataEntryValue | null) =>
    typeof value === 'string' && value !== '' ? Number(value) : null;
  return (
    <form
      className="year-fields"
      onSubmit={(event) => {
        event.preventDefault();
        const values = new FormData(event.currentTarget);
        onChange(read(values.get('from')), read(values.get('to')));
      }}
    >
      <YearField label="From" name="from" placeholder={first} year={from} />
      <YearField label="to" name="to" placeholder={last} year={to} />
      <button type="submit" className="button">
        Set
      </button>
    </form>
  );
}

interface YearFieldProps {
  label: string;
  name: string;
  placeholder: number;
  year: number | null;
}

function YearField({ label, name, placeholder, year }: YearFieldProps) {
  return (
    <label>
      {label}
      <input
        name={name}
        type="number"
        inputMode="numeric"
        min={1800}
        max={2099}
        placeholder={String(placeholder)}
        defaultValue={year ?? ''}
      />
    </label>
  );
}
