/** Paths of the pages; an id follows those that end in `/`. */
export const paths = {
  approve: "/approve/",
  secret: "/secret/",
  signIn: "/signin",
  signInWith: "/signin/with",
  signInCallback: "/signin/callback",
  signOut: "/signout",
} as const;

/** The id after this beginning of a path; undefined where there is none. A sealed link is the longest. */
export function idAfter(beginning: string, path: string): string | undefined {
  const id = path.startsWith(beginning) ? path.slice(beginning.length) : "";
  return /^[\w.-]{1,2048}$/.test(id) ? id : undefined;
}
