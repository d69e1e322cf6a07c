import { MCP_PATH, METADATA_PATH } from "../../auth/caller.ts";
import type { HostedPages } from "../../pages/hosted-pages.ts";
import type { PageHandler } from "../../pages/page-server.ts";
import { paths } from "../../pages/paths.ts";
import type { Handler, Route } from "../listener.ts";
import type { Health } from "./health.ts";
import { forBrowsers } from "./welcome.ts";

/** How the routes are answered. */
export interface Handlers {
  /** Keeps out what comes under another's name or from another site's page, and what `direct` does. */
  guard: Route["enter"];
  /** Keeps out what came through a proxy, where nobody needs a token. */
  direct: Route["enter"];
  mcp: Handler;
  /** Tells a person in a browser what this is. */
  welcome: PageHandler;
  health: Health;
  metadata: Handler;
  metrics: Pick<Route, "enter" | "handle">;
  pages: HostedPages;
  /** Serves a page, and keeps other sites' requests from it. */
  page(handler: PageHandler): Handler;
}

const READ = ["GET", "HEAD"];
const READ_AND_SEND = [...READ, "POST"];
const anyone: Route["enter"] = () => undefined;

/** Every path that this server answers, by which methods, for whom, and by what. A new route is one more line. */
export function createRoutes({ guard, direct, mcp, welcome, health, metadata, metrics, pages, page }: Handlers): Route[] {
  return [
    // Callers with a token, which the endpoint checks.
    {
      path: MCP_PATH,
      methods: ["POST", "GET", "DELETE", "OPTIONS"],
      enter: guard,
      handle: forBrowsers(page(welcome), mcp),
      traces: true,
    },
    // Anyone.
    { path: "/", methods: READ, enter: guard, handle: page(welcome) },
    { path: "/healthz", methods: READ, enter: anyone, handle: health.alive },
    { path: "/readyz", methods: READ, enter: anyone, handle: health.ready },
    { path: `${METADATA_PATH}${MCP_PATH}`, methods: [...READ, "OPTIONS"], enter: anyone, handle: metadata },
    { path: METADATA_PATH, methods: [...READ, "OPTIONS"], enter: anyone, handle: metadata },
    // Programs of this machine, and the holder of the metrics' token.
    { path: "/metrics", methods: ["GET"], ...metrics },
    // The person who signed in; others are led to /signin.
    { path: paths.approve, methods: READ_AND_SEND, enter: direct, handle: page(pages.approve) },
    { path: paths.secret, methods: READ_AND_SEND, enter: direct, handle: page(pages.secret) },
    // Anyone.
    { path: paths.signIn, methods: READ_AND_SEND, enter: anyone, handle: page(pages.signIn) },
    { path: paths.signInWith, methods: READ, enter: anyone, handle: page(pages.signInWith) },
    { path: paths.signInCallback, methods: READ, enter: anyone, handle: page(pages.signInCallback) },
    { path: paths.signOut, methods: READ_AND_SEND, enter: anyone, handle: page(pages.signOut) },
  ];
}
