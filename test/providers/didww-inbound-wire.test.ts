import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { EmulatorAnswer } from "../../src/core/carrier/emulator.ts";
import { DIDWW_SANDBOX_KEY, didwwEmulator } from "../../src/providers/didww/emulator.ts";
import { toTrunkError } from "../../src/providers/didww/errors.ts";
import { errorsDocumentSchema } from "../../src/providers/didww/json.ts";
import {
  didDocumentSchema,
  didsSchema,
  groupDocumentSchema,
  inTrunkDocumentSchema,
  inTrunkListSchema,
  namesOf,
} from "../../src/providers/didww/voice-in/json.ts";
import { toInCredential, toInDetail } from "../../src/providers/didww/voice-in/view.ts";
import { didwwDocuments, didwwSchemas, inboundDocuments, needsInboundDocuments } from "../support/didww-openapi.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads the JSON that a client receives, whatever it is.
type Json = any;

const TYPE = "application/vnd.api+json";
const DID = "7a6c177d-a054-4c75-9b4c-b1596ed6fa25";
const OTHER = "7de7f718-4042-4d74-9fe9-863fa1777520";
const NOBODY = "11111111-2222-4333-8444-555555555555";

function carrier(dialect?: string) {
  let now = Date.parse("2026-11-20T09:00:00.000Z");
  const emulator = didwwEmulator.create({ dialect, now: () => (now += 1_000) });
  return (method: string, path: string, body?: unknown): EmulatorAnswer & { body?: Json } => {
    const url = new URL(`/v3/${path}`, "http://carrier");
    const headers = { "api-key": DIDWW_SANDBOX_KEY, accept: TYPE, "content-type": TYPE };
    const text = body === undefined ? "" : JSON.stringify(body);
    return emulator.handle({ method, segments: url.pathname.slice(1).split("/"), query: url.searchParams, headers, body: text });
  };
}

const sip = (attributes: object) => ({ type: "sip_configurations", attributes });
const trunk = (name: string, attributes: object = { host: "sip.example.com" }, more: object = {}) => ({
  data: { type: "voice_in_trunks", attributes: { name, configuration: sip(attributes), ...more } },
});
const change = (id: string, attributes: object, relationships?: object) => ({
  data: { id, type: "voice_in_trunks", attributes, relationships },
});
const group = (name: string, ...ids: string[]) => ({
  data: {
    type: "voice_in_trunk_groups",
    attributes: { name },
    relationships: { voice_in_trunks: { data: ids.map((id) => ({ type: "voice_in_trunks", id })) } },
  },
});
const route = (did: string, relationships: object) => ({ data: { id: did, type: "dids", relationships } });
const to = (type: string, id: string | null) => ({ data: id === null ? null : { type, id } });
const toTrunk = (id: string) => ({ voice_in_trunk: to("voice_in_trunks", id), voice_in_trunk_group: { data: null } });
const toGroup = (id: string) => ({ voice_in_trunk: { data: null }, voice_in_trunk_group: to("voice_in_trunk_groups", id) });
const idOf = (answer: { body?: Json }): string => answer.body.data.id;
const said = (answer: { status: number; body?: Json }) => [answer.status, ...answer.body.errors.map(({ detail }: Json) => detail)];

describe("exchanges recorded by the carrier's SDKs", needsInboundDocuments, () => {
  const files = (folder: string, part: string) =>
    needsInboundDocuments.skip ? [] : readdirSync(join(folder, part)).map((file) => join(folder, part, file));
  const recorded = [
    ...["dids", "voice_in_trunks"].flatMap((part) => files(didwwDocuments.recorded, part)),
    ...files(inboundDocuments.recorded, "voice_in_trunk_groups"),
  ];
  const exchange = (file: string) => {
    const { interactions } = parse(readFileSync(file, "utf8"));
    const [{ request, response }] = interactions;
    return { method: request.method as string, path: new URL(request.uri).pathname, text: response.body.string as string };
  };
  const schemaOf = (path: string) => {
    const [, , resource, id] = path.split("/");
    if (resource === "dids") return id ? didDocumentSchema : didsSchema;
    if (resource === "voice_in_trunks") return id ? inTrunkDocumentSchema : inTrunkListSchema;
    return groupDocumentSchema;
  };

  test.each(recorded)("%s is understood", (file) => {
    const { method, path, text } = exchange(file);
    if (text === "") return expect(method).toBe("DELETE");
    const { data } = JSON.parse(text);
    const isList = Array.isArray(data);
    const schema = path.endsWith("voice_in_trunks") && !isList ? inTrunkDocumentSchema : schemaOf(path);
    const parsed =
      schema === groupDocumentSchema && isList ? groupDocumentSchema.safeParse({ data: data[0] }) : schema.safeParse(JSON.parse(text));
    expect(parsed.error).toBeUndefined();
  });

  test("there were 25 of them", () => expect(recorded.length).toBe(25));

  test("a registration shows its user, and its password to nobody", () => {
    const { text } = exchange(join(didwwDocuments.recorded, "voice_in_trunks/create_with_sip_registration.yaml"));
    const { data } = inTrunkDocumentSchema.parse(JSON.parse(text));
    const detail = toInDetail(data, new Map(), "2026-04-16");
    expect(detail).toMatchObject({ auth_type: "registration", domain_name: "sip.didww.com", directions: ["inbound"] });
    expect(detail.destination_uris).toBeUndefined();
    const login = toInCredential(data);
    expect([login?.user_name, login?.password?.reveal()]).toEqual(["7e3IUOSKtroNLfM6", "31kSndbuugzPEu8M"]);
    expect(JSON.stringify(detail)).not.toContain("31kSndbuugzPEu8M");
  });

  test("a list shows hosts, logins without passwords, and a telephone number as a goal of another kind", () => {
    const { text } = exchange(join(didwwDocuments.recorded, "voice_in_trunks/list.yaml"));
    const { data, included } = inTrunkListSchema.parse(JSON.parse(text));
    const rows = data.map((record) => toInDetail(record, namesOf(included), "2026-04-16"));
    expect(rows[0]).toMatchObject({ attributes: { kind: "pstn", dst: "442080995011", direction: "inbound" } });
    expect(rows[1]).toMatchObject({
      destination_uris: [{ destination: "203.0.113.78:8060;transport=udp" }],
      credentials: [{ user_name: "auth_user" }],
      auth_type: "credentials",
    });
    expect(JSON.stringify(rows)).not.toContain("auth_password");
  });

  const refusals = (status: string) =>
    (needsInboundDocuments.skip ? [] : (readdirSync(inboundDocuments.refusals, { recursive: true }) as string[])).filter((file) =>
      file.endsWith(`${status}.json`),
    );
  const codeOf = (file: string, status: number) => {
    const { errors } = errorsDocumentSchema.parse(JSON.parse(readFileSync(join(inboundDocuments.refusals, file), "utf8")));
    return toTrunkError({ status, errors }, { host: "api.didww.com", version: "2026-04-16", spoken: "2026-04-16" })?.code;
  };

  test("a name that is taken is a conflict, in both wordings; a goal that is not there is not found", () => {
    const codes = Object.fromEntries(refusals("422").map((file) => [file, codeOf(file, 422)]));
    const taken = Object.entries(codes).filter(([file]) => /voice_in_trunk/.test(file) && !/pop|^dids/.test(file));
    expect(new Set(taken.map(([, code]) => code))).toEqual(new Set(["conflict"]));
    expect(codes["dids/id/patch/assign_voice_in_trunk/422.json"]).toBe("not_found");
    expect(codes["dids/id/patch/assign_voice_in_trunk_group/422.json"]).toBe("not_found");
    expect(codes["dids/id/patch/update_attributes/422.json"]).toBe("invalid_input");
    expect(refusals("404").map((file) => codeOf(file, 404))).toEqual(refusals("404").map(() => "not_found"));
    expect(refusals("404").length).toBeGreaterThan(10);
  });

  test("the emulator refuses in the recorded words", () => {
    const call = carrier();
    const recordedWords = (file: string) => {
      const { errors } = JSON.parse(readFileSync(join(inboundDocuments.refusals, file), "utf8"));
      return errors[0];
    };
    call("POST", "voice_in_trunks", trunk("one"));
    const taken = call("POST", "voice_in_trunks", trunk("one"));
    expect(taken.body.errors[0]).toEqual(recordedWords("voice_in_trunks/post/create_sip_trunk/422.json"));
    const unknown = call("PATCH", `dids/${DID}`, route(DID, toTrunk(NOBODY)));
    expect(unknown.body.errors[0]).toEqual(recordedWords("dids/id/patch/assign_voice_in_trunk/422.json"));
    const unknownGroup = call("PATCH", `dids/${DID}`, route(DID, toGroup(NOBODY)));
    expect(unknownGroup.body.errors[0]).toEqual(recordedWords("dids/id/patch/assign_voice_in_trunk_group/422.json"));
  });

  test("every answer of 2026-04-16 is one that the OpenAPI document describes", () => {
    const schema = didwwSchemas(inboundDocuments.openapi);
    const call = carrier();
    const created = call("POST", "voice_in_trunks", trunk("one"));
    const id = idOf(created);
    const grouped = call("POST", "voice_in_trunk_groups", group("some", id));
    const registers = { enabled_sip_registration: true, host: null, port: null };
    const answers: [string, EmulatorAnswer][] = [
      ["VoiceInTrunkDocument", created],
      ["VoiceInTrunkDocument", call("POST", "voice_in_trunks", trunk("two", registers))],
      ["VoiceInTrunkDocument", call("GET", `voice_in_trunks/${id}?include=voice_in_trunk_group,pop`)],
      ["VoiceInTrunkDocument", call("PATCH", `voice_in_trunks/${id}`, change(id, { priority: 2 }))],
      ["VoiceInTrunkCollectionDocument", call("GET", "voice_in_trunks?page[size]=1&include=voice_in_trunk_group")],
      ["VoiceInTrunkGroupDocument", grouped],
      ["VoiceInTrunkGroupCollectionDocument", call("GET", "voice_in_trunk_groups?include=voice_in_trunks")],
      ["DidDocument", call("PATCH", `dids/${DID}`, route(DID, toTrunk(id)))],
      ["DidDocument", call("GET", `dids/${DID}?include=voice_in_trunk,voice_in_trunk_group`)],
      ["DidCollectionDocument", call("GET", "dids?page[size]=2&include=voice_in_trunk")],
      ["ErrorsDocument", call("GET", `voice_in_trunks/${DID}`)],
      ["ErrorsDocument", call("POST", "voice_in_trunks", trunk("", {}))],
      ["ErrorsDocument", call("GET", "voice_in_trunk_groups?filter[name]=some")],
    ];
    for (const [name, answer] of answers) {
      const validate = schema(name);
      expect(validate(answer.body) ? [] : validate.errors, `${name} ${JSON.stringify(answer.body)}`).toEqual([]);
    }
    const planted = schema("VoiceInTrunkDocument");
    const { configuration: _, ...bare } = created.body.data.attributes;
    expect(planted({ ...created.body, data: { ...created.body.data, attributes: bare } })).toBe(false);
  });
});

describe("the emulator", () => {
  test.each([
    [
      "no configuration",
      { data: { type: "voice_in_trunks", attributes: { name: "one" } } },
      [400, "The required parameter, configuration, is missing."],
    ],
    ["no host", trunk("one", {}), [422, "configuration/host - can't be blank"]],
    [
      "a host beside a registration",
      trunk("one", { enabled_sip_registration: true, host: "a.example.com" }),
      [422, "configuration/host - must be blank"],
    ],
    [
      "half a login",
      trunk("one", { host: "a.example.com", auth_enabled: true, auth_user: "u" }),
      [422, "configuration/auth_password - can't be blank"],
    ],
    [
      "a login that is switched off",
      trunk("one", { host: "a.example.com", auth_user: "u" }),
      [422, "configuration/auth_user - must be blank"],
    ],
    [
      "a login that it made itself",
      trunk("one", { host: "a.example.com", incoming_auth_username: "u" }),
      [400, "incoming_auth_username is not allowed."],
    ],
    [
      "a port out of range",
      trunk("one", { host: "a.example.com", port: 0 }),
      [422, "configuration/port - must be greater than or equal to 1"],
    ],
    ["a capacity of nothing", trunk("one", undefined, { capacity_limit: 0 }), [422, "capacity_limit - must be greater than or equal to 1"]],
  ])("refuses %s", (_, body, words) => {
    expect(said(carrier()("POST", "voice_in_trunks", body))).toEqual(words);
  });

  test("an older version does not know what came in 2026", () => {
    const call = carrier("documented");
    expect(said(call("POST", "voice_in_trunks", trunk("one", { host: "a.example.com", cnam_lookup: true })))).toEqual([
      400,
      "cnam_lookup is not allowed.",
    ]);
    const { attributes } = call("POST", "voice_in_trunks", trunk("one")).body.data;
    expect(
      Object.keys({ ...attributes, ...attributes.configuration.attributes }).filter((key) =>
        /cnam|registration|external|incoming/.test(key),
      ),
    ).toEqual([]);
  });

  test.each([
    ["observed", { host: "b.example.com", username: "{DID}", codec_ids: [9, 10, 8, 7, 6] }],
    ["merging", { host: "b.example.com", username: "+{DID}", codec_ids: [10, 6] }],
  ])("a change of the configuration alone, %s", (dialect, left) => {
    const call = carrier(dialect);
    const id = idOf(call("POST", "voice_in_trunks", trunk("one", { host: "a.example.com", username: "+{DID}", codec_ids: [10, 6] })));
    const changed = call("PATCH", `voice_in_trunks/${id}`, change(id, { configuration: sip({ host: "b.example.com" }) }));
    expect(changed.body.data.attributes.configuration.attributes).toMatchObject(left);
    const other = { configuration: { type: "pstn_configurations", attributes: { dst: "442080995011" } } };
    expect(said(call("PATCH", `voice_in_trunks/${id}`, change(id, other)))).toEqual([422, "configuration/type - can't be changed"]);
  });

  test("a relationship is shown only where it is asked for, and a number goes to one end", () => {
    const call = carrier();
    const id = idOf(call("POST", "voice_in_trunks", trunk("one")));
    const groupId = idOf(call("POST", "voice_in_trunk_groups", group("some", id)));
    const relations = (query = "") => call("GET", `dids/${DID}${query}`).body.data.relationships;
    call("PATCH", `dids/${DID}`, route(DID, toTrunk(id)));
    expect(relations().voice_in_trunk).not.toHaveProperty("data");
    const both = "?include=voice_in_trunk,voice_in_trunk_group";
    expect([relations(both).voice_in_trunk.data?.id, relations(both).voice_in_trunk_group.data]).toEqual([id, null]);
    call("PATCH", `dids/${DID}`, route(DID, toGroup(groupId)));
    expect([relations(both).voice_in_trunk.data, relations(both).voice_in_trunk_group.data?.id]).toEqual([null, groupId]);
  });

  test("a name is free of trunks and groups alike, and of no trunk for calls out", () => {
    const call = carrier();
    const id = idOf(call("POST", "voice_in_trunks", trunk("one")));
    const taken = [422, "name - has already been taken"];
    expect(said(call("POST", "voice_in_trunk_groups", group("one", id)))).toEqual(taken);
    call("POST", "voice_in_trunk_groups", group("some", id));
    expect(said(call("PATCH", `voice_in_trunks/${id}`, change(id, { name: "some" })))).toEqual(taken);
    const login = { authentication_method: { type: "credentials_and_ip", attributes: { allowed_sip_ips: ["52.1.1.1"] } } };
    const out = { data: { type: "voice_out_trunks", attributes: { name: "one", on_cli_mismatch_action: "reject_call", ...login } } };
    expect(call("POST", "voice_out_trunks", out).status).toBe(201);
  });

  test("a trunk or a group that goes leaves its numbers without a way, and a new membership takes trunks out of others", () => {
    const call = carrier();
    const [one, two] = ["one", "two"].map((name) => idOf(call("POST", "voice_in_trunks", trunk(name))));
    const first = idOf(call("POST", "voice_in_trunk_groups", group("first", one ?? "", two ?? "")));
    call("POST", "voice_in_trunk_groups", group("second", two ?? ""));
    expect(call("GET", `voice_in_trunk_groups/${first}`).body.data.meta.trunks_count).toBe(1);
    call("PATCH", `dids/${DID}`, route(DID, toGroup(first)));
    call("PATCH", `dids/${OTHER}`, route(OTHER, toTrunk(one ?? "")));
    call("DELETE", `voice_in_trunk_groups/${first}`);
    call("DELETE", `voice_in_trunks/${one}`);
    const rows = call("GET", "dids?include=voice_in_trunk,voice_in_trunk_group").body.data;
    expect(
      rows.flatMap(({ relationships: { voice_in_trunk, voice_in_trunk_group } }: Json) => [voice_in_trunk.data, voice_in_trunk_group.data]),
    ).toEqual(Array(8).fill(null));
  });

  test("an account of an earlier process goes on, also one from before numbers had routes", () => {
    const emulator = didwwEmulator.create();
    emulator.load(JSON.stringify({ trunks: [], dids: [[DID, "37061498222"]] }));
    const headers = { "api-key": DIDWW_SANDBOX_KEY, accept: TYPE };
    const list = () =>
      emulator.handle({ method: "GET", segments: ["v3", "dids"], query: new URLSearchParams(), headers, body: "" }).body as Json;
    expect(list().data.map(({ attributes }: Json) => attributes.number)).toEqual(["37061498222"]);
    emulator.load(emulator.save());
    expect(list().meta.total_records).toBe(1);
  });
});
