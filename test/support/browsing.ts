import { type Answer, send } from "./pages.ts";

/** A browser without a screen: it keeps cookies, follows redirects and sends forms, and shows every step. */
export interface Browsing {
  /** Follows redirects until something is shown, or until one leads where `stopAt` says. */
  visit(url: string, stopAt?: string): Promise<Seen>;
  /** Fills in the form that is shown. */
  submit(seen: Seen, fields?: Record<string, string>, stopAt?: string): Promise<Seen>;
  /** Signs in at the issuer's form, whoever it asks for, and agrees to everything. */
  signIn(at: Seen, login: string, stopAt?: string): Promise<Seen>;
  cookies: Map<string, Map<string, string>>;
}

export interface Seen extends Answer {
  url: string;
}

/** `at`: where connections go, whatever the address says, as behind a proxy. */
export function startBrowsing(at?: (url: URL) => string): Browsing {
  const cookies: Browsing["cookies"] = new Map();
  const jarOf = (url: string) => {
    const { origin } = new URL(url);
    const jar = cookies.get(origin) ?? new Map<string, string>();
    cookies.set(origin, jar);
    return jar;
  };

  async function request(url: string, init: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Seen> {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const asked = new URL(url);
    const target = at ? `${at(asked)}${asked.pathname}${asked.search}` : url;
    const answer = await send(target, { ...init, headers: { host: asked.host, ...init.headers, ...(cookie === "" ? {} : { cookie }) } });
    take(answer, jar);
    return { ...answer, url };
  }

  async function follow(seen: Seen, stopAt: string | undefined): Promise<Seen> {
    const { location } = seen.headers;
    if (location === undefined) return seen;
    const next = new URL(location, seen.url).href;
    if (stopAt !== undefined && next.startsWith(stopAt)) return { ...seen, url: next };
    return await follow(await request(next, {}), stopAt);
  }

  const browsing: Browsing = {
    cookies,
    visit: async (url, stopAt) => await follow(await request(url, {}), stopAt),
    submit: async (seen, fields = {}, stopAt) => {
      const action = /<form[^>]*action="([^"]+)"/.exec(seen.body)?.[1] ?? seen.url;
      const hidden = [...seen.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]);
      const url = new URL(action.replaceAll("&amp;", "&"), seen.url).href;
      const headers = { "content-type": "application/x-www-form-urlencoded", origin: "null", "sec-fetch-site": "same-origin" };
      const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }).toString();
      return await follow(await request(url, { method: "POST", headers, body }), stopAt);
    },
    signIn: async (at, login, stopAt) => {
      let seen = at;
      for (let step = 0; step < 4 && seen.url.includes("/interaction/"); step++) {
        seen = await browsing.submit(seen, seen.body.includes('value="login"') ? { login, password: "any" } : {}, stopAt);
      }
      return seen;
    },
  };
  return browsing;
}

function take({ headers }: Answer, jar: Map<string, string>): void {
  for (const line of headers["set-cookie"] ?? []) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0(;|$)/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
}

/** Where the link leads that stands under this text. */
export function linkOf(seen: Seen, text: string): string {
  const found = [...seen.body.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)].find(([, , inside = ""]) => inside.includes(text));
  return new URL(
    (found?.[1] ?? "").replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))),
    seen.url,
  ).href;
}
