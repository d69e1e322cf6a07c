import type { AnyProvider } from "../core/carrier/provider.ts";
import { didww } from "./didww/index.ts";
import { exotel } from "./exotel/index.ts";
import { livekit } from "./livekit/index.ts";
import { telnyx } from "./telnyx/index.ts";
import { twilio } from "./twilio/index.ts";
import { vyom } from "./vyom/index.ts";

/** Every carrier, one line each. The settings table, the registry's tests and the emulators derive from it. */
export const providers: readonly AnyProvider[] = [exotel, didww, vyom, livekit, telnyx, twilio];
