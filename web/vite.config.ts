import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // From its sources, so that the client need not be built before the page.
  resolve: { alias: { '@paperql/client': path.join(import.meta.dirname, '../client/src/index.ts') } },
  // While the page is developed, `npm run dev` in this folder asks a server that runs beside it.
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '^/feed\\.': 'http://127.0.0.1:4000' } },
  build: {
    target: 'es2022',
    // A data URL would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
