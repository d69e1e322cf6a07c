// In the browser: a host as the extension's own library makes one.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

window.said = [];
window.show = async (html, result, given) => {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts");
  document.body.append(frame);
  const can = { openLinks: {}, serverTools: {}, message: { text: {} } };
  const bridge = new AppBridge(null, { name: "host", version: "1" }, can, { hostContext: { theme: "light" } });
  bridge.onsizechange = ({ height }) => {
    frame.style.height = `${height}px`;
  };
  const hears = (what, answer) => async (params) => {
    window.said.push([what, params]);
    return answer;
  };
  bridge.onopenlink = hears("link", {});
  bridge.onmessage = hears("message", {});
  bridge.oncalltool = hears("call", result);
  const ready = new Promise((resolve) => {
    bridge.oninitialized = resolve;
  });
  await bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow));
  frame.srcdoc = html;
  await ready;
  await bridge.sendToolInput({ arguments: given });
  await bridge.sendToolResult(result);
};
