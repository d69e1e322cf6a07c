// Exotel's list of trunks and nothing else, on loopback, in a thread of its own so that it does not share the caller's time.
import { createServer } from "node:http";
import { parentPort } from "node:worker_threads";

const ROWS = 5;

const body = JSON.stringify({
  request_id: "bench",
  method: "GET",
  http_code: 200,
  metadata: { page_size: 50, first_page_uri: "", prev_page_uri: null, next_page_uri: null },
  response: Array.from({ length: ROWS }, (_, index) => ({
    code: 200,
    status: "success",
    error_data: null,
    data: {
      trunk_name: `outbound_${index}`,
      date_created: "2026-01-23T08:20:33.000Z",
      date_updated: "2026-01-23T08:20:33.000Z",
      trunk_sid: `trmum1a2b3c4d5e6f70819283746a1n${index}`,
      status: "active",
      domain_name: "sandbox1m.pstn.exotel.com",
      auth_type: "IP-WHITELIST",
      registration_enabled: "disabled",
      edge_preference: "auto",
      nso_code: "ANY-ANY",
      secure_trunking: "disabled",
      destination_uris: null,
      whitelisted_ips: null,
      credentials: null,
    },
  })),
});

const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => parentPort.postMessage({ port: server.address().port, rows: ROWS }));
