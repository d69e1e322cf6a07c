import { isFromThisWrite, type WriteOperation } from "../../core/carrier/operation.ts";
import type { Credential } from "../../core/carrier/trunk.ts";
import type { WriteMoment } from "../../core/carrier/wire.ts";
import { allRows, type ExotelApi, listPath } from "./api.ts";
import { credentialRecordSchema } from "./json.ts";
import type { ExotelReads } from "./reads.ts";
import { refusePair } from "./removals.ts";
import { loginSecret, toCredential } from "./view.ts";

interface CredentialsInput {
  trunk_sid: string;
  user_name: string;
  /** Given when sending; absent when an earlier write is looked for. */
  password?: string | undefined;
  friendly_name?: string | undefined;
}
type CredentialsOutput = { credentials: Credential };

export function createCredentials(api: ExotelApi, reads: ExotelReads): WriteOperation<CredentialsInput, CredentialsOutput> {
  const settle = async (input: CredentialsInput, moment?: WriteMoment): Promise<CredentialsOutput | undefined> => {
    const rows = await allRows((page) => reads.listCredentials(input.trunk_sid, page));
    refusePair(rows, (row) => row.credential_id);
    // The service takes a user name twice: only an entry of this write is ours.
    const found = rows.find((row) => row.user_name === input.user_name && isFromThisWrite(row.created_at, moment));
    return found && { credentials: withPassword(found, input) };
  };
  return {
    settle,
    send(input, signal) {
      const { trunk_sid, ...body } = input;
      return api.wire.send({
        effect: "write",
        method: "POST",
        operation: "create credentials",
        path: listPath(api, trunk_sid, "credentials"),
        body,
        parse: (answer) => ({ credentials: withPassword(toCredential(api.answers.one(answer, credentialRecordSchema), trunk_sid), input) }),
        settle: (moment) => settle(input, moment),
        signal,
      });
    },
  };
}

/** The service never says a password again, so the one that was sent is kept with the record. */
function withPassword(credential: Credential, input: CredentialsInput): Credential {
  if (input.password === undefined) return credential;
  return { ...credential, password: loginSecret(input.trunk_sid, input.user_name, input.password) };
}
