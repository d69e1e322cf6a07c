import type { PbxFormat, PbxFormatId } from "../format.ts";
import { asterisk } from "./asterisk.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { freeswitch } from "./freeswitch.ts";
import { kamailio } from "./kamailio.ts";
import { livekit } from "./livekit.ts";
import { opensips } from "./opensips.ts";
import { retell } from "./retell.ts";
import { settingsSheet, threeCx } from "./settings-sheet.ts";
import { vapi } from "./vapi.ts";

export const pbxFormats = {
  asterisk,
  freeswitch,
  kamailio,
  opensips,
  livekit,
  vapi,
  retell,
  elevenlabs,
  "3cx": threeCx,
  sheet: settingsSheet,
} satisfies Record<PbxFormatId, PbxFormat>;
