/** A configuration as far as its text shows. Undefined: it does not say. */
export interface ConfigFacts {
  encrypts: boolean | undefined;
  usesTls: boolean | undefined;
  /** In their order. */
  codecs: string[] | undefined;
  /** Asterisk's transport: the public address it announces; empty where none is set. */
  externalMedia: string | undefined;
  /** The public address of the PBX, in whichever format. */
  announced: string | undefined;
  /** LiveKit's list, of which one becomes the user of From. */
  liveKitNumbers: string[] | undefined;
}

const encryption: [RegExp, boolean][] = [
  [/^media_encryption\s*=\s*sdes/m, true],
  [/^media_encryption\s*=\s*no\b/m, false],
  [/rtp_secure_media"\s+value="mandatory/, true],
  [/SIP_MEDIA_ENCRYPT_REQUIRE/, true],
  [/SIP_MEDIA_ENCRYPT_DISABLE/, false],
  [/"outboundProtocol":\s*"tls\/srtp"/, true],
  [/"media_encryption":\s*"required"/, true],
  [/"media_encryption":\s*"disabled"/, false],
  [/^SRTP: required/m, true],
  [/^SRTP: off/m, false],
];

const announced = [
  /^external_(?:signaling|media)_address\s*=\s*([\d.]+)/m,
  /^listen\s*=\s*\S+\s+advertise\s+([\d.]+)/m,
  /^socket\s*=\s*\S+\s+as\s+([\d.]+)/m,
  /"ext-(?:sip|rtp)-ip"\s+value="([\d.]+)"/,
  /^Public address of this PBX: ([\d.]+)/m,
];

const names: Record<string, string> = { alaw: "PCMA", ulaw: "PCMU", pcma: "PCMA", pcmu: "PCMU", g722: "G722", opus: "opus" };

export function readConfig(text: string): ConfigFacts {
  // A line that is switched off says nothing.
  const active = text.replace(/^\s*[;#](?!!).*$/gm, "").replace(/<!--[\s\S]*?-->/g, "");
  return {
    encrypts: encryption.find(([pattern]) => pattern.test(active))?.[1],
    usesTls: usesTls(active),
    codecs: codecs(active),
    externalMedia: externalMedia(active),
    announced: announced.map((pattern) => pattern.exec(active)?.[1]).find((address) => address !== undefined),
    liveKitNumbers: liveKitNumbers(active),
  };
}

function usesTls(text: string): boolean | undefined {
  const transport =
    /transport\\?["=:]*\s*=?\s*"?(?:SIP_TRANSPORT_)?(udp|tcp|tls)\b/i.exec(text)?.[1] ?? /^Transport: (\w+)/m.exec(text)?.[1];
  return transport === undefined ? undefined : transport.toLowerCase() === "tls";
}

function codecs(text: string): string[] | undefined {
  const list =
    /^allow\s*=\s*(.+)$/m.exec(text)?.[1] ??
    /absolute_codec_string"\s+value="([^"]+)"/.exec(text)?.[1] ??
    /^Codecs, in this order: (.+)$/m.exec(text)?.[1];
  return list?.split(",").map((name) => names[name.trim().toLowerCase()] ?? name.trim());
}

function externalMedia(text: string): string | undefined {
  if (!/^type\s*=\s*transport\s*$/m.test(text)) return undefined;
  return /^external_media_address\s*=\s*(\S+)/m.exec(text)?.[1] ?? "";
}

function liveKitNumbers(text: string): string[] | undefined {
  if (!/SIP_TRANSPORT_|SIP_MEDIA_ENCRYPT_/.test(text)) return undefined;
  const list = /"numbers":\s*\[([^\]]*)\]/.exec(text)?.[1];
  return list === undefined ? undefined : [...list.matchAll(/"([^"]*)"/g)].map(([, number = ""]) => number);
}
