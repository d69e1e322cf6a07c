import { CreateSIPOutboundTrunkRequest } from "@livekit/protocol";
import type { PbxFile, PbxFormatId } from "../../src/pbx/format.ts";

/** The login that the program behind a format would read from its files. */
interface ReadLogin {
  userName: string | undefined;
  password: string | undefined;
}

export type Reader = (files: PbxFile[]) => ReadLogin;

/** Asterisk: an unescaped `;` ends the line, `\;` is one sign, `=` or `=>` parts key and value, blanks around are dropped. */
function asteriskSetting(text: string, wanted: string): string | undefined {
  for (const line of text.split("\n")) {
    const [bare = ""] = line.match(/^(?:\\;|[^;])*/) ?? [];
    const [, key = "", value = ""] = /^([^=]*)=>?(.*)$/.exec(bare.replaceAll("\\;", ";")) ?? [];
    if (key.trim() === wanted) return value.trim();
  }
  return undefined;
}

function xmlParam(text: string, wanted: string): string | undefined {
  const found = new RegExp(`<param name="${wanted}" value="([^"<]*)"/>`).exec(text)?.[1];
  const signs: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return found?.replace(/&(\w+);/g, (_, name: string) => signs[name] ?? "?");
}

/** A string of Kamailio and OpenSIPS ends at the first quotation mark without a backslash before it. */
function scriptString(text: string, variable: string): string | undefined {
  const found = new RegExp(`^ *\\$avp\\(${variable}\\) = "((?:\\\\.|[^"\\\\])*)";`, "m").exec(text)?.[1];
  return found?.replace(/\\(.)/g, "$1");
}

function script(text: string): ReadLogin {
  return { userName: scriptString(text, "auser"), password: scriptString(text, "apass") };
}

function sheetRow(text: string, label: string): string | undefined {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${label}: `));
  return line?.slice(label.length + 2);
}

function text(files: PbxFile[]): string {
  return files[0]?.text ?? "";
}

const sheet: Reader = (files) => ({ userName: sheetRow(text(files), "User name"), password: sheetRow(text(files), "Password") });

export const readers: Record<PbxFormatId, Reader> = {
  asterisk: (files) => ({ userName: asteriskSetting(text(files), "username"), password: asteriskSetting(text(files), "password") }),
  freeswitch: (files) => ({ userName: xmlParam(text(files), "username"), password: xmlParam(text(files), "password") }),
  kamailio: (files) => script(text(files)),
  opensips: (files) => script(text(files)),
  livekit: (files) => {
    const { trunk } = CreateSIPOutboundTrunkRequest.fromJsonString(text(files));
    return { userName: trunk?.authUsername, password: trunk?.authPassword };
  },
  vapi: (files) => {
    const { authUsername, authPassword } = JSON.parse(text(files)).outboundAuthenticationPlan;
    return { userName: authUsername, password: authPassword };
  },
  retell: (files) => {
    const { sip_trunk_auth_username, sip_trunk_auth_password } = JSON.parse(text(files));
    return { userName: sip_trunk_auth_username, password: sip_trunk_auth_password };
  },
  elevenlabs: (files) => {
    const { username, password } = JSON.parse(text(files)).outbound_trunk_config.credentials;
    return { userName: username, password };
  },
  "3cx": sheet,
  sheet,
};
