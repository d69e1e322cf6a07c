import { isFromThisWrite, type WriteOperation } from "../../core/carrier/operation.ts";
import type { Credential } from "../../core/carrier/trunk.ts";
import { path } from "../../core/carrier/wire.ts";
import { kindPath, recordOf, type TelnyxApi } from "./api.ts";
import { type ConnectionRecord, loginSchema } from "./json.ts";
import type { TelnyxReads } from "./reads.ts";
import { BY_LOGIN, passwordOf, typeOf } from "./view.ts";

interface LoginInput {
  connection_id: string;
  user_name?: string | undefined;
  /** Given when sending; absent when an earlier write is looked for. */
  password?: string | undefined;
}
type WrittenLogin = { connection_id: string; credentials?: Credential };

/** The login by which calls are placed. A host name connection takes calls by it from then on. */
export function setLogin(api: TelnyxApi, reads: TelnyxReads): WriteOperation<LoginInput, WrittenLogin> {
  const written = ({ connection_id, password }: LoginInput, login: Pick<ConnectionRecord, "user_name" | "password">): WrittenLogin => ({
    connection_id,
    ...(login.user_name ? { credentials: { user_name: login.user_name, ...passwordOf(connection_id, login.password, password) } } : {}),
  });
  return {
    async settle(input, moment) {
      const record = await reads.connection(input.connection_id);
      return isSet(input, record, isFromThisWrite(record.updated_at ?? undefined, moment)) ? written(input, record) : undefined;
    },
    async send(input, signal) {
      const { connection_id, ...login } = input;
      const before = await reads.connection(connection_id, signal);
      const type = typeOf(before) ?? "credential";
      // Its own resource for a host name connection (SDK 7.24); the connection itself takes no login there.
      const byName = type === "fqdn";
      return await api.wire.send({
        effect: "write",
        method: "PATCH",
        operation: "set a login",
        path: byName ? path`/fqdn_connections/${connection_id}/fqdn_authentication` : kindPath(type, connection_id),
        body: byName ? { ...login, fqdn_outbound_authentication: BY_LOGIN } : login,
        parse: (answer) => written(input, recordOf(api, answer, loginSchema)),
        settle: async () => {
          const record = await reads.connection(connection_id, undefined, type);
          return isSet(input, record, record.updated_at !== before.updated_at) ? written(input, record) : undefined;
        },
        signal,
      });
    },
  };
}

/** `isLater`: the connection was changed since. Where a password is not told, or not known any more, that is all that there is. */
function isSet({ user_name, password }: LoginInput, record: ConnectionRecord, isLater: boolean): boolean {
  const counts = typeOf(record) === "credential" || record.outbound?.ip_authentication_method === BY_LOGIN;
  if (!counts || (user_name !== undefined && record.user_name !== user_name)) return false;
  const told = passwordOf(record.id, record.password).password;
  return told && password !== undefined ? told.reveal() === password : isLater;
}
