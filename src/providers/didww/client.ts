import { digest } from "../../core/canonical.ts";
import { type CarrierServices, type ConnectedProvider, connectOver } from "../../core/carrier/provider.ts";
import type { RateLimit, Wire } from "../../core/carrier/wire.ts";
import type { Secret } from "../../core/secret.ts";
import { didwwAnswers } from "./answers.ts";
import type { DidwwApi } from "./api.ts";
import { clientOver, type DidwwClient } from "./operations.ts";
import { didwwTrunks } from "./reader.ts";
import { createSpoken, type Version } from "./versions.ts";

export interface DidwwAccount {
  key: Secret;
  /** The version to ask for; the account decides. */
  version: Version;
  baseUrl: string;
  limit: RateLimit;
}

const MEDIA_TYPE = "application/vnd.api+json";

function openDidww(account: DidwwAccount, name: string, { openWire }: CarrierServices): Wire {
  return openWire({
    account: name,
    title: "DIDWW",
    baseUrl: account.baseUrl,
    baseUrlSetting: "DIDWW_BASE_URL or DIDWW_ENVIRONMENT",
    limit: account.limit,
    headers: () => ({
      accept: MEDIA_TYPE,
      "content-type": MEDIA_TYPE,
      "api-key": account.key.reveal(),
      "x-didww-api-version": account.version,
    }),
  });
}

export async function connectDidww(account: DidwwAccount, services: CarrierServices): Promise<ConnectedProvider<DidwwClient>> {
  const { host } = new URL(account.baseUrl);
  // An account has no name of its own here: its key is it, and must not be written anywhere.
  const name = `didww:${digest(host, account.key.reveal()).slice(0, 16)}`;
  const spoken = createSpoken(account.version);
  const shared: Omit<DidwwApi, "wire"> = { spoken, answers: didwwAnswers(spoken, host), memory: services.memory(name), kinds: new Map() };
  return connectOver(openDidww(account, name, services), (wire) => clientOver(wire, shared), didwwTrunks);
}
