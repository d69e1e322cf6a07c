import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Consequence } from "../../src/core/consequence.ts";
import { Secret } from "../../src/core/secret.ts";
import type { ApprovalBinding } from "../../src/core/store/approvals.ts";
import type { OpenStore } from "../../src/store/open.ts";
import { markOf } from "../../src/store/process-mark.ts";
import { deletionOf } from "../support/consequence.ts";
import { call } from "./call.ts";
import { type HeldClock, heldClock, type NewPlace, openAt, type Place } from "./place.ts";

const MINUTE = 60_000;
const consequence: Consequence = deletionOf("outbound_trunk", ["All of it."]);

/** The contract of every dialect, the journal apart. */
export function describeContract(newPlace: NewPlace): void {
  let place: Place;
  let clock: HeldClock;
  let store: OpenStore;
  let another: OpenStore;

  beforeEach(async () => {
    place = await newPlace();
    clock = heldClock();
    store = await openAt(place, clock);
    another = await openAt(place, clock, "another tenant");
  });
  afterEach(async () => {
    await store.close();
    await another.close();
    await place.remove();
  });

  describe("an emulator's account", () => {
    const change = (saved: string) => store.emulators.change("exotel", (before) => ({ saved, result: before }));

    test("is each carrier's and each tenant's own, and is what the last change left", async () => {
      expect(await store.emulators.read("exotel")).toBeUndefined();
      expect([await change("first"), await change("second")]).toEqual([undefined, "first"]);
      expect(await store.emulators.read("exotel")).toBe("second");
      expect([await store.emulators.read("didww"), await another.emulators.read("exotel")]).toEqual([undefined, undefined]);
    });

    test("stays as it was when a change fails, and can be forgotten", async () => {
      await change("kept");
      const failing = store.emulators.change("exotel", () => {
        throw new Error("no such carrier");
      });
      await expect(failing).rejects.toThrow("no such carrier");
      expect(await store.emulators.read("exotel")).toBe("kept");
      await another.emulators.change("exotel", () => ({ saved: "theirs", result: undefined }));
      await store.emulators.forgetAll();
      expect([await store.emulators.read("exotel"), await another.emulators.read("exotel")]).toEqual([undefined, "theirs"]);
    });
  });

  describe("a claim", () => {
    test("has one owner until it is released", async () => {
      expect(await store.claims.claim("plan", "a", MINUTE)).toBe(true);
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(false);
      expect([await store.claims.isHeld("plan"), await store.claims.isHeld("other plan")]).toEqual([true, false]);
      expect(await another.claims.isHeld("plan")).toBe(false);
      await store.claims.release("plan", "b");
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(false);
      await store.claims.release("plan", "a");
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(true);
    });

    test("of a process that died on this machine is inherited by the next lock, and by no claim", async () => {
      const [machine] = markOf(process.pid);
      const dead = `owner ${JSON.stringify([machine, 2 ** 30, "1"])}`;
      const elsewhere = `owner ${JSON.stringify(["another machine", 2 ** 30, "1"])}`;
      await store.claims.claim("call", dead, MINUTE);
      await store.claims.claim("far call", elsewhere, MINUTE);
      expect(await store.claims.claim("call", "b", MINUTE)).toBe(false);
      expect(await store.claims.lock("far call", "b", MINUTE)).toBe("busy");
      expect(await store.claims.lock("call", "b", MINUTE)).toBe("inherited");
      expect(await store.claims.lock("call", "b", MINUTE)).toBe("taken");
      expect(await store.claims.lock("call", "c", MINUTE)).toBe("busy");
      await store.claims.unlock("call", "b");
      expect(await store.claims.lock("call", "c", MINUTE)).toBe("taken");
    });

    test("can be held longer by its owner", async () => {
      await store.claims.claim("plan", "a", MINUTE);
      clock.pass(MINUTE - 1);
      expect(await store.claims.claim("plan", "a", MINUTE)).toBe(true);
      clock.pass(MINUTE - 1);
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(false);
    });

    test("is free again when its time has passed, and its first owner cannot release it then", async () => {
      await store.claims.claim("plan", "a", MINUTE);
      clock.pass(MINUTE - 1);
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(false);
      expect(await store.claims.isHeld("plan")).toBe(true);
      clock.pass(1);
      expect(await store.claims.isHeld("plan")).toBe(false);
      expect(await store.claims.claim("plan", "b", MINUTE)).toBe(true);
      await store.claims.release("plan", "a");
      expect(await store.claims.claim("plan", "c", MINUTE)).toBe(false);
    });

    test("of many at once goes to one, and other keys and tenants are not concerned", async () => {
      const owners = Array.from({ length: 50 }, (_, index) => `owner ${index}`);
      const won = await Promise.all(owners.map((owner) => store.claims.claim("plan", owner, MINUTE)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.claims.claim("other plan", "a", MINUTE)).toBe(true);
      expect(await another.claims.claim("plan", "a", MINUTE)).toBe(true);
    });
  });

  describe("an approval", () => {
    const granted = async () => {
      const id = await store.approvals.ask(call, consequence, false);
      expect(await store.approvals.decide(id, true, "page")).toBe(true);
      return id;
    };

    test("is good for one call, and many at once are one call", async () => {
      const id = await granted();
      const claims = await Promise.all(Array.from({ length: 20 }, () => store.approvals.claim(id, call)));
      expect(claims.filter((claim) => claim === "claimed")).toHaveLength(1);
      expect(new Set(claims)).toEqual(new Set(["claimed", "used"]));
    });

    test("has an id that nobody guesses and every URL carries", async () => {
      const ids = await Promise.all(Array.from({ length: 20 }, () => store.approvals.ask(call, consequence, false)));
      expect(new Set(ids).size).toBe(20);
      for (const id of ids) expect(id).toMatch(/^apr_[\w-]{22}$/);
    });

    test.each<[string, Partial<ApprovalBinding>, string]>([
      ["another principal", { principal: "bob" }, "unknown"],
      ["another tool", { tool: "exotel_unmap_phone_number" }, "other_call"],
      ["other arguments", { arguments: "other" }, "other_call"],
      ["another state of the trunk", { fingerprint: "moved" }, "state_changed"],
    ])("does not serve %s, and is not used up by the attempt", async (_, difference, objection) => {
      const id = await granted();
      expect(await store.approvals.claim(id, { ...call, ...difference })).toBe(objection);
      expect(await store.approvals.claim(id, call)).toBe("claimed");
    });

    test("of another tenant is unknown, to claim, to read and to decide", async () => {
      const id = await store.approvals.ask(call, consequence, false);
      expect(await another.approvals.decide(id, true, "page")).toBe(false);
      expect(await another.approvals.find(id)).toBeUndefined();
      expect(await another.approvals.pending()).toEqual([]);
      await store.approvals.decide(id, true, "page");
      expect(await another.approvals.claim(id, call)).toBe("unknown");
    });

    test.each(["apr_", "", "apr_AAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --"])("that was never given (%j) is unknown", async (id) => {
      await granted();
      expect(await store.approvals.claim(id, call)).toBe("unknown");
      expect(await store.approvals.decide(id, true, "page")).toBe(false);
    });

    test("waits for a person, and cannot be decided twice", async () => {
      const id = await store.approvals.ask(call, consequence, false);
      expect(await store.approvals.claim(id, call)).toBe("pending");
      expect(await store.approvals.decide(id, false, "page")).toBe(true);
      expect(await store.approvals.decide(id, true, "page")).toBe(false);
      expect(await store.approvals.claim(id, call)).toBe("refused");
    });

    test("holds ten minutes, granted or not", async () => {
      const waiting = await store.approvals.ask(call, consequence, false);
      const agreed = await granted();
      clock.pass(10 * MINUTE - 1);
      expect((await store.approvals.pending()).map(({ id }) => id)).toEqual([waiting]);
      clock.pass(1);
      expect(await store.approvals.claim(agreed, call)).toBe("expired");
      expect(await store.approvals.decide(waiting, true, "page")).toBe(false);
      expect(await store.approvals.find(waiting)).toMatchObject({ state: "expired" });
      expect(await store.approvals.pending()).toEqual([]);
    });

    test("is shown as it was asked, oldest first", async () => {
      const first = await store.approvals.ask(call, consequence, false);
      clock.pass(5);
      const second = await store.approvals.ask({ ...call, principal: "bob" }, { ...consequence, confirm: "other" }, false);
      await store.approvals.ask(call, consequence, true);
      const waiting = await store.approvals.pending();
      expect(waiting.map(({ id }) => id)).toEqual([first, second]);
      const { state: _, ...shown } = consequence;
      expect(waiting[0]).toEqual({
        ...{ id: first, principal: "ann", tool: call.tool, ...shown },
        ...{ askedAt: clock.now() - 5, expiresAt: clock.now() - 5 + 10 * MINUTE, state: "pending" },
      });
    });
  });

  describe("the PIN", () => {
    test("is kept as a hash, and can be changed and removed", async () => {
      expect(await store.pin.check("1234")).toBe("not_set");
      await store.pin.set("1234");
      expect(await store.pin.isSet()).toBe(true);
      expect(await another.pin.isSet()).toBe(false);
      expect(await store.pin.check("1234")).toBe("ok");
      expect(JSON.stringify(await place.raw("SELECT * FROM trunkline_pins"))).not.toContain("1234");
      await store.pin.set("5678");
      expect([await store.pin.check("1234"), await store.pin.check("5678")]).toEqual(["wrong", "ok"]);
      await store.pin.set(undefined);
      expect(await store.pin.check("5678")).toBe("not_set");
    });

    test("locks after five wrong tries for fifteen minutes, the right one included", async () => {
      await store.pin.set("1234");
      for (let tries = 0; tries < 5; tries++) expect(await store.pin.check("0000")).toBe("wrong");
      expect(await store.pin.check("1234")).toBe("locked");
      clock.pass(15 * MINUTE - 1);
      expect(await store.pin.check("1234")).toBe("locked");
      clock.pass(1);
      expect(await store.pin.check("0000")).toBe("wrong");
      expect(await store.pin.check("1234")).toBe("ok");
    });

    test("counts from the beginning again after the right one", async () => {
      await store.pin.set("1234");
      for (let tries = 0; tries < 4; tries++) await store.pin.check("0000");
      expect(await store.pin.check("1234")).toBe("ok");
      for (let tries = 0; tries < 4; tries++) await store.pin.check("0000");
      expect(await store.pin.check("1234")).toBe("ok");
    });

    test("counts tries that come all at once", async () => {
      await store.pin.set("1234");
      const tries = await Promise.all(Array.from({ length: 20 }, () => store.pin.check("0000")));
      expect(tries.filter((answer) => answer === "wrong")).toHaveLength(5);
      expect(tries.filter((answer) => answer === "locked")).toHaveLength(15);
    });
  });

  describe("secrets", () => {
    test("are found under their ref, the latest one, by their own tenant", async () => {
      await store.secrets.keep(new Secret("first", "exotel/trmum1/sip"));
      await store.secrets.keep(new Secret('Ünïcode "2"', "exotel/trmum1/sip"));
      const found = await store.secrets.find("exotel/trmum1/sip");
      expect(found?.reveal()).toBe('Ünïcode "2"');
      expect(found?.ref).toBe("exotel/trmum1/sip");
      expect(`${found} ${JSON.stringify(found)}`).not.toContain("2");
      expect(await store.secrets.find("exotel/trmum1/other")).toBeUndefined();
      expect(await another.secrets.find("exotel/trmum1/sip")).toBeUndefined();
    });

    test("without a ref are our configuration, and not kept", async () => {
      await store.secrets.keep(new Secret("key"));
      expect(await place.raw("SELECT * FROM trunkline_secrets")).toEqual([]);
    });
  });

  describe("snapshots and memory", () => {
    test("a snapshot is found by who made it", async () => {
      const id = await store.snapshots.keep("ann", { trunk_name: "a", numbers: ["+918044319240"] });
      expect(id).toMatch(/^snap_[\w-]{22}$/);
      expect(await store.snapshots.find("ann", id)).toEqual({ trunk_name: "a", numbers: ["+918044319240"] });
      expect(await store.snapshots.find("bob", id)).toBeUndefined();
      expect(await another.snapshots.find("ann", id)).toBeUndefined();
      expect(await store.snapshots.find("ann", "snap_")).toBeUndefined();
    });

    test("a memory belongs to one account of one tenant", async () => {
      const memory = store.memory("exotel:a");
      await memory.remember("k", { n: 1 });
      await memory.remember("k", { n: 2 });
      expect(await memory.recall("k")).toEqual({ n: 2 });
      expect(await store.memory("exotel:b").recall("k")).toBeUndefined();
      expect(await another.memory("exotel:a").recall("k")).toBeUndefined();
      await store.memory("exotel:b").forget("k");
      expect(await memory.recall("k")).toEqual({ n: 2 });
      await memory.forget("k");
      expect(await memory.recall("k")).toBeUndefined();
    });

    test("outlive the process that wrote them", async () => {
      await store.memory("a").remember("k", null);
      const again = await openAt(place, clock);
      expect(await again.memory("a").recall("k")).toBeNull();
      await again.close();
    });
  });

  test("approvals that nobody decides are kept to a number for each principal, the newest of them", async () => {
    const ask = (binding: ApprovalBinding = call, of = store) => {
      clock.pass(1);
      return of.approvals.ask(binding, consequence, false);
    };
    const agreed = await ask();
    await store.approvals.decide(agreed, true, "page");
    const bens = await ask({ ...call, principal: "ben" });
    const others = await ask(call, another);
    const ids: string[] = [];
    for (let n = 0; n < 230; n++) ids.push(await ask());
    const pending = await store.approvals.pending();
    expect(pending.map(({ id }) => id)).toEqual([bens, ...ids.slice(30)]);
    expect(await store.approvals.claim(agreed, call)).toBe("claimed");
    expect((await another.approvals.pending()).map(({ id }) => id)).toEqual([others]);
  });

  describe("plans that nobody starts", () => {
    const keep = (id: string, content: unknown = {}, principal = "ann", of = store) => {
      clock.pass(1);
      return of.plans.keep({ id, principal, policy: "", content });
    };
    const kept = async (ids: string[], of = store) => {
      const found = await Promise.all(ids.map((id) => of.plans.find(id)));
      return found.flatMap((plan) => (plan ? [plan.id] : []));
    };

    test("are kept to a number for each principal, the newest of them; what was ever started stays", async () => {
      await keep("ran");
      await store.plans.start("ran", undefined);
      const lease = await store.plans.lease("ran", MINUTE);
      if (lease) await store.plans.finish(lease, "done", {});
      await keep("runs");
      await store.plans.start("runs", undefined);
      await keep("bens", {}, "ben");
      await keep("others", {}, "ann", another);
      await keep("void");
      await store.plans.end("void", "void");
      await keep("cancelled");
      await store.plans.end("cancelled", "cancelled");
      const ids = Array.from({ length: 230 }, (_, n) => `plan_${n}`);
      for (const id of ids) await keep(id);
      expect(await kept(ids)).toEqual(ids.slice(30));
      expect(await kept(["ran", "runs", "bens", "void", "cancelled"])).toEqual(["ran", "runs", "bens"]);
      expect(await kept(["others"], another)).toEqual(["others"]);
      expect(await store.plans.abandoned()).toEqual(["runs"]);
    });

    test("are kept to a size, but for the one that was made now", async () => {
      const big = { text: "x".repeat(7 * 1024 * 1024) };
      for (const id of ["a", "b", "c", "d"]) await keep(id, big);
      expect(await kept(["a", "b", "c", "d"])).toEqual(["c", "d"]);
      await keep("huge", { text: "x".repeat(17 * 1024 * 1024) });
      expect(await kept(["c", "d", "huge"])).toEqual(["huge"]);
    });
  });

  describe("a step of a plan", () => {
    const begun = async () => {
      const plan = await store.plans.keep({ id: "plan_1", principal: "ann", policy: "", content: {} });
      await store.plans.start(plan, undefined);
      const lease = await store.plans.lease(plan, MINUTE);
      if (!lease) throw new Error("nobody else runs it");
      const { principal, tool } = call;
      const step = { principal, tool, arguments: "3", requestId: "r", redacted: {}, n: 3, lock: "h" };
      const answer = await store.plans.begin(lease, MINUTE, [step]);
      return answer.kind === "begun" ? String(answer.intents[0]) : answer.kind;
    };

    test("is found by the intent that began it, by its own tenant; a single call's intent is no step, whatever it is called", async () => {
      const intent = await begun();
      expect(await store.plans.stepOf(intent)).toEqual({ plan: "plan_1", n: 3 });
      expect(await another.plans.stepOf(intent)).toBeUndefined();
      const single = await store.journal.intend({ ...call, requestId: "plan_1.3", redacted: {} });
      expect(await store.plans.stepOf(single)).toBeUndefined();
    });

    test("of a state of the version before is found as well", async () => {
      const intent = await begun();
      await place.raw("DROP TABLE trunkline_emulators");
      await place.raw("ALTER TABLE trunkline_journal DROP COLUMN begun");
      await place.raw("UPDATE trunkline_schema SET version = version - 2");
      const again = await openAt(place, clock);
      expect(await again.plans.stepOf(intent)).toEqual({ plan: "plan_1", n: 3 });
      await again.close();
    });
  });

  test("a state of a newer version is not touched", async () => {
    await place.raw("UPDATE trunkline_schema SET version = 99");
    await expect(openAt(place, clock)).rejects.toThrow("newer Trunkline");
  });

  test("ten that open an empty place at once all find it ready", async () => {
    const empty = await newPlace();
    const stores = await Promise.all(Array.from({ length: 10 }, () => openAt(empty, clock)));
    await Promise.all(stores.map((opened, index) => opened.memory("a").remember(`k${index}`, index)));
    expect(await stores[0]?.memory("a").recall("k9")).toBe(9);
    await Promise.all(stores.map((opened) => opened.close()));
    await empty.remove();
  });
}
