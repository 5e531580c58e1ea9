import { defineConfig } from 'vite';

export default defineConfig({
  // The page is at /graphql, its files are not.
  base: '/explorer/',
  build: {
    // The editor is one piece of 2.8 MB, 0.7 MB compressed. It is loaded once, by developers.
    chunkSizeWarningLimit: 3_000,
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" is for servers that render components.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
