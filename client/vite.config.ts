/** Builds the browser client into `client/dist`; in development, hands the server's addresses on to port 2567. */
import { defineConfig } from "vite";

const SERVER = "http://127.0.0.1:2567";

export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // The renderer alone is larger than the default warning's 500 kB; it is loaded when a match is entered.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: {
        game: `${import.meta.dirname}/index.html`,
        console: `${import.meta.dirname}/console/index.html`,
      },
    },
  },
  server: {
    proxy: {
      "/auth": SERVER,
      "/api": SERVER,
      "/matchmake": SERVER,
      // A room's socket: /<process>/<room>?sessionId=…
      "^/[^/]+/[^/]+\\?.*sessionId=": { target: SERVER, ws: true },
    },
  },
});
