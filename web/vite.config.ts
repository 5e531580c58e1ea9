import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // Uses the client's sources, so that it need not be built before the page.
  resolve: { alias: { '@paperql/client': path.join(import.meta.dirname, '../client/src/index.ts') } },
  // During development, `npm run dev` in this folder forwards requests to a server on the same machine.
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '^/feed\\.': 'http://127.0.0.1:4000' } },
  build: {
    target: 'es2022',
    // A data URL would need a weaker Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
