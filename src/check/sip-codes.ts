import type { CallCause } from "../core/carrier/diagnosis.ts";

/** A cause of a response code, and what decides whether it is this one. */
export interface Cause {
  cause: string;
  /** Carriers' own checks find it too. */
  id?: CallCause;
  /** It is possible only where a call is admitted by this. */
  by?: "address" | "login";
  /** Checks of check_trunk that find it; none where only a person or the other side can look. */
  checks: string[];
  decide: string;
}

export interface CodeMeaning {
  codes: string;
  means: string;
  causes: Cause[];
}

const access = ["acl.present", "acl.fqdn", "acl.pbx", "acl.egress", "acl.platform", "acl.public", "acl.doc", "acl.hostbits"];

const refusedBySource: Cause = {
  by: "address",
  cause: "The carrier does not know the address that the call came from.",
  checks: access,
  decide:
    "check_trunk with pbx_ip compares the PBX's address with the whitelist; from the PBX, from_pbx: true asks the carrier which one it sees.",
};
const refusedByCallerId: Cause = {
  id: "caller_id",
  cause: "The caller id is no number of this trunk, or not in E.164.",
  checks: ["num.present", "num.asked", "num.e164", "num.typo", "num.alias", "plat.livekit.from"],
  decide: "Compare the user of From in the INVITE with the trunk's numbers.",
};
const wrongLogin: Cause = {
  by: "login",
  cause: "User name, password or realm is wrong.",
  checks: ["auth.mixed", "auth.realm"],
  decide:
    "A second 401 or 407 right after the login was sent says so, unless it says stale=true, which only asks again; no check can prove a login, only a call.",
};
const wrongGateway: Cause = {
  id: "gateway",
  cause: "The call went to another host or port than the account's.",
  checks: ["sip.options", "net.tcp"],
  decide: "find_gateway asks every host that the documents name.",
};
const notAllowed: Cause = {
  id: "permission",
  cause: "The country, the plan or a spending limit does not allow the call.",
  checks: ["trunk.active"],
  decide: "The carrier's console shows permissions and limits.",
};
const unmapped: Cause = {
  cause: "A call that came in is for a number that is not mapped; or a call that went out is to one that is not in use or not in E.164.",
  checks: ["num.present", "num.asked", "num.mode", "dst.present"],
  decide: "Look at the user of the Request-URI: for a call in, it must be one of the trunk's numbers; for a call out, + and country code.",
};
const media: Cause = {
  cause: "SRTP is on at one side only.",
  checks: ["media.srtp"],
  decide: "RTP/SAVP in the SDP means SRTP; mostly it goes with tls, and plain RTP with tcp.",
};
const codec: Cause = { cause: "Both sides share no codec.", checks: ["media.codec"], decide: "The SDP lists them; carriers take G.711." };
const downstream: Cause = {
  cause: "The carrier, or a network behind it, failed.",
  checks: [],
  decide: "It passes, or the carrier's status page says more; wait as long as Retry-After says.",
};
const unreachable: Cause = {
  cause: "The destination does not answer: DNS, firewall, port, transport or certificate.",
  checks: [
    "dns.resolves",
    "dst.public",
    "dst.transport",
    "net.tcp",
    "sip.transport_mix",
    "tls.chain",
    "tls.name",
    "tls.expiry",
    "sip.options",
  ],
  decide: "check_trunk asks every destination.",
};

/** From the likeliest. These were read in documents and reports, not measured against a carrier. */
const meanings: CodeMeaning[] = [
  {
    codes: "400",
    means: "The request is malformed to the other side.",
    causes: [
      {
        cause: "A header or the SDP is not as the other side wants it; platforms also answer so for several other causes.",
        checks: ["hdr.flow", "num.e164"],
        decide: "Its reason phrase or log names the header.",
      },
      codec,
    ],
  },
  {
    codes: "401 407",
    means: "A challenge: normal once in each call. A second one refuses the login.",
    causes: [
      wrongLogin,
      {
        by: "login",
        cause: "The PBX has no login, or does not send it.",
        checks: ["drift"],
        decide: "The second INVITE must hold Authorization, after a 407 Proxy-Authorization.",
      },
      // A gateway that does not know the address asks for a login instead.
      refusedBySource,
      wrongGateway,
    ],
  },
  {
    codes: "403",
    means: "Refused: one code for several causes.",
    causes: [refusedBySource, refusedByCallerId, wrongLogin, wrongGateway, notAllowed],
  },
  { codes: "404", means: "The number or the address is not known there.", causes: [unmapped, wrongGateway] },
  { codes: "405 501", means: "The method is not served. For OPTIONS or REGISTER that is no fault.", causes: [wrongGateway] },
  { codes: "408", means: "No answer in time.", causes: [unreachable, downstream] },
  { codes: "415 488 606", means: "The media offered are not acceptable.", causes: [media, codec] },
  {
    codes: "480",
    means: "Nobody is there at the moment.",
    causes: [
      {
        cause: "No device or agent is registered or ready behind the number.",
        checks: [],
        decide: "The PBX or platform shows what is registered.",
      },
      unreachable,
    ],
  },
  {
    codes: "484",
    means: "The number is not complete.",
    causes: [
      {
        cause: "The number is not in E.164.",
        checks: ["num.e164", "num.typo"],
        decide: "Look at the dialled number in the INVITE: + and country code.",
      },
    ],
  },
  {
    codes: "486 600 603",
    means: "The called party is busy or declines.",
    causes: [
      {
        cause: "The person called is busy or declines.",
        checks: [],
        decide: "No fault of the trunk. If every call ends so, ask the carrier whether it, or a network behind it, blocks them.",
      },
    ],
  },
  {
    codes: "487",
    means: "The caller gave up before an answer.",
    causes: [
      {
        cause: "The caller hung up, or the PBX's ring time ended.",
        checks: [],
        decide: "Compare the time from INVITE to CANCEL with the PBX's dial timeout.",
      },
    ],
  },
  { codes: "500 502 503 504", means: "A server failed or is overloaded.", causes: [downstream, unreachable, notAllowed] },
];

const classes: Record<string, string> = {
  "1": "Provisional: the call goes on.",
  "2": "Success.",
  "3": "Redirected: the peer names another address.",
  "4": "Refused: the request cannot succeed as it is. No causes are listed here: look at the reason phrase, and at Reason and Warning headers.",
  "5": "A server failed. No causes are listed here: look at the reason phrase, and at Reason and Warning headers.",
  "6": "Refused everywhere. No causes are listed here: look at the reason phrase, and at Reason and Warning headers.",
};

export function meaningOf(code: number): CodeMeaning {
  const known = meanings.find(({ codes }) => codes.split(" ").includes(String(code)));
  return known ?? { codes: String(code), means: classes[String(code)[0] ?? ""] ?? "", causes: [] };
}

/** Every check that a cause names: a test holds them to the table. */
export function namedChecks(): string[] {
  return [...new Set(meanings.flatMap(({ causes }) => causes.flatMap(({ checks }) => checks)))];
}
