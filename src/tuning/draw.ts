import type { TopLevelSpec } from 'vega-lite';

/** Draws a Vega-Lite specification as SVG. */
export type Draw = (spec: TopLevelSpec) => Promise<string>;

/** Null if the optional packages that draw are not installed. They are loaded only when this is called. */
export async function createDraw(): Promise<Draw | null> {
  try {
    const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
    return async (spec) => {
      const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
      try {
        return await view.toSVG();
      } finally {
        view.finalize();
      }
    };
  } catch {
    return null;
  }
}
