import { isFromThisWrite, type WriteOperation, writeOperation } from "../../core/carrier/operation.ts";
import { severalWrites } from "../../core/carrier/several-writes.ts";
import type { Credential } from "../../core/carrier/trunk.ts";
import { TrunkError } from "../../core/errors.ts";
import { quoteText } from "../../core/text.ts";
import { listRowsPath, type OnTrunk, type TwilioApi } from "./api.ts";
import { type ListRecord, type LoginRecord, loginRecordSchema } from "./json.ts";
import { ownLists } from "./own-lists.ts";
import type { TwilioReads } from "./reads.ts";
import { refuseUnshown } from "./shared-lists.ts";
import { loginSecret, toCredential } from "./view.ts";

interface LoginInput extends OnTrunk {
  username: string;
  /** Given when sending; absent when an earlier write is looked for. */
  password?: string | undefined;
}

type Created = { credentials: Credential };

export function createCredential(api: TwilioApi, reads: TwilioReads): WriteOperation<LoginInput, Created> {
  const lists = ownLists(api, reads, "CredentialLists");
  const findIn = async (list: ListRecord, { username }: LoginInput, signal?: AbortSignal) =>
    (await reads.logins(list.sid, signal)).find((row) => row.username === username);
  const made = (list: ListRecord, row: LoginRecord, { trunk_sid, username, password }: LoginInput): Created => {
    const credentials = toCredential(trunk_sid, list.sid, row);
    return { credentials: password === undefined ? credentials : { ...credentials, password: loginSecret(trunk_sid, username, password) } };
  };
  const add = writeOperation<LoginInput & { list: ListRecord }, LoginRecord>(api.wire, {
    operation: "add a login to a list",
    method: "POST",
    base: "api",
    path: ({ list }) => listRowsPath(api, "CredentialLists", list.sid),
    body: ({ username, password }) => ({ Username: username, Password: password }),
    parse: (answer) => api.answers.one(answer, loginRecordSchema),
    settle: async (input, moment) => {
      const row = await findIn(input.list, input);
      // The password of an older one nobody can compare.
      return row && isFromThisWrite(row.date_created ?? undefined, moment) ? row : undefined;
    },
  });
  /** The list is on no trunk yet, as a call leaves it that ended half way: nobody can have used the login. */
  const setPassword = writeOperation<LoginInput & { list: ListRecord; sid: string }, LoginRecord>(api.wire, {
    operation: "set a login's password",
    method: "POST",
    base: "api",
    path: ({ list, sid }) => listRowsPath(api, "CredentialLists", list.sid, sid),
    body: ({ password }) => ({ Password: password }),
    parse: (answer) => api.answers.one(answer, loginRecordSchema),
    settle: async () => undefined,
  });
  return severalWrites({
    turn: ({ trunk_sid }) => `twilio ${trunk_sid} logins`,
    async settle(input, moment) {
      const list = await lists.find(input);
      const row = list && (await findIn(list, input));
      if (!row || !isFromThisWrite(row.date_created ?? undefined, moment)) return undefined;
      return (await lists.isAttached(input.trunk_sid, list.sid)) ? made(list, row, input) : undefined;
    },
    run: (input, requests) =>
      lists.filled(input, requests, async (list, isAttached) => {
        const there = await findIn(list, input, requests.signal);
        if (there && isAttached) throw taken(input.username);
        if (!isAttached) {
          const others = (await reads.logins(list.sid, requests.signal)).filter(({ sid }) => sid !== there?.sid);
          refuseUnshown(
            list,
            others.map(({ username }) => username),
          );
        }
        const row = there
          ? await requests.make(setPassword, { ...input, list, sid: there.sid }, "the login's password was set")
          : await requests.make(add, { ...input, list }, `the login ${quoteText(input.username)} was added to the list`);
        return made(list, row, input);
      }),
  });
}

function taken(username: string): TrunkError {
  return new TrunkError("conflict", `The trunk has a login ${quoteText(username)} already. Nothing was changed.`, {
    field: "username",
    hint: "Its password cannot be read. Choose another user name, or delete the login first.",
    applied: false,
  });
}
