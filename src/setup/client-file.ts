/** A client's file, parsed. */
export type Content = Record<string, unknown>;
/** Keys from the file's top to the entry of one server. */
export type EntryPath = readonly [list: string, name: string];

/** A language of configuration files. An edit touches the entry alone; comments and all other text stay. */
export interface FileFormat {
  /** Throws at a text that is not in this language. */
  parse(text: string): Content;
  /** Writes the entry, and leaves as it is each field of it that does not change. */
  put(text: string, path: EntryPath, entry: Content): string;
  remove(text: string, path: EntryPath): string;
}

export function isContent(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function entryAt(content: Content, [list, name]: EntryPath): Content | undefined {
  const servers = content[list];
  const entry = isContent(servers) && Object.hasOwn(servers, name) ? servers[name] : undefined;
  return isContent(entry) ? entry : undefined;
}

/** The content as an edit should leave it, to be compared with what the edited text says. */
export function withEntry(content: Content, [list, name]: EntryPath, entry: Content | undefined): Content {
  const { [name]: _before, ...others } = isContent(content[list]) ? content[list] : {};
  return { ...content, [list]: entry === undefined ? others : { ...others, [name]: entry } };
}
