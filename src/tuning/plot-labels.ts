/** Position of a point in a plot, in pixels from the left and the top. */
export interface Spot {
  x: number;
  y: number;
  /** Number of the point in the table next to the plot. */
  number: number;
}

export interface SpotLabel<Point extends Spot> {
  /** The point next to which it is written. */
  at: Point;
  /** `3`; for several points `2–4, 7`. */
  text: string;
}

/** Distance from a point to the start of its label, at the middle of the label's height. */
export const LABEL_OFFSET = { x: 12, y: -8 };
const CHARACTER_WIDTH = 7;
const LINE_HEIGHT = 13;
const POINT_RADIUS = 6;

/** Labels of all points. Points share one label if separate labels would cover each other or another point. */
export function toSpotLabels<Point extends Spot>(points: readonly Point[]): SpotLabel<Point>[] {
  const clusters = points.map((point) => [point]);
  for (let pair = findOverlap(clusters); pair; pair = findOverlap(clusters)) {
    const [one, other] = pair;
    one.push(...other);
    clusters.splice(clusters.indexOf(other), 1);
  }
  return clusters.map(toLabel);
}

function findOverlap<Point extends Spot>(clusters: readonly Point[][]): [Point[], Point[]] | undefined {
  for (const [place, one] of clusters.entries()) {
    const other = clusters.slice(place + 1).find((each) => isCovered(one, each) || isCovered(each, one));
    if (other) return [one, other];
  }
  return undefined;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Whether one of the labels covers the other, or a point of the other. */
function isCovered(one: readonly Spot[], other: readonly Spot[]): boolean {
  const own = boxOfLabel(toLabel(one));
  return [boxOfLabel(toLabel(other)), ...other.map(boxOfPoint)].some((box) => overlap(own, box));
}

function boxOfLabel({ at, text }: SpotLabel<Spot>): Box {
  const [left, middle] = [at.x + LABEL_OFFSET.x, at.y + LABEL_OFFSET.y];
  const right = left + CHARACTER_WIDTH * text.length;
  return { left, right, top: middle - LINE_HEIGHT / 2, bottom: middle + LINE_HEIGHT / 2 };
}

function boxOfPoint({ x, y }: Spot): Box {
  return { left: x - POINT_RADIUS, right: x + POINT_RADIUS, top: y - POINT_RADIUS, bottom: y + POINT_RADIUS };
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** Placed next to the rightmost point, so that it covers no other point of the cluster. */
function toLabel<Point extends Spot>(cluster: readonly Point[]): SpotLabel<Point> {
  const [first, ...others] = cluster;
  if (!first) throw new Error('A label is of at least one point');
  const at = others.reduce((furthest, each) => (each.x > furthest.x ? each : furthest), first);
  return { at, text: toRanges(cluster.map(({ number }) => number)) };
}

function toRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges
    .map(([from, to]) => (from === to ? `${from}` : `${from}${to - from > 1 ? '–' : ', '}${to}`))
    .join(', ');
}
