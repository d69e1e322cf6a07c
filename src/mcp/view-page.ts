/** Put here by the build as JSON. A module of its own: a process loads the page only when a host reads it. */
declare const BUILT_VIEW: string | undefined;

/** Run from the sources, the server has no view. */
export const view: { uri: string; page: string } | undefined = typeof BUILT_VIEW === "undefined" ? undefined : JSON.parse(BUILT_VIEW);
