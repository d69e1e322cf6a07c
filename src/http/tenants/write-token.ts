import { randomBytes } from "node:crypto";
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { type NewToken, withNewToken } from "../../auth/new-token.ts";
import { unusable } from "../../auth/tenants-file.ts";

export interface WantedToken {
  tenant: string;
  /** By default the tenant's name and a number. */
  name: string | undefined;
  readOnly: boolean;
}

/** Adds a token to the tenants file at this path, or begins one. A running server reads it when it is told to. */
export async function writeToken(path: string, { tenant, name, readOnly }: WantedToken): Promise<Omit<NewToken, "text">> {
  const before = await fileAt(path);
  const { text, ...made } = withNewToken(before?.text ?? '{ "tenants": {} }', tenant, name, readOnly ? ["trunks:read"] : undefined);
  const target = before?.target ?? path;
  const written = `${target}.${randomBytes(4).toString("hex")}`;
  try {
    await writeFile(written, text, { mode: 0o600, flag: "wx" });
    // The server may run as another user, which the mode lets in.
    if (before) await chmod(written, before.mode);
    await rename(written, target);
  } catch (error) {
    await rm(written, { force: true });
    throw unusable(`it could not be written (${error instanceof Error && "code" in error ? error.code : "unknown"}). Nothing was changed`);
  }
  return made;
}

/** Follows a link: the file behind it is replaced, and the link stays. */
async function fileAt(path: string): Promise<{ text: string; target: string; mode: number } | undefined> {
  try {
    const target = await realpath(path);
    return { target, text: await readFile(target, "utf8"), mode: (await stat(target)).mode & 0o777 };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unusable(`${path} cannot be read`);
  }
}
