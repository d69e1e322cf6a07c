// In the browser: a host as the extension's own library makes one.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

window.said = [];
window.show = (html, result, given) =>
  new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    document.body.append(frame);
    const bridge = new AppBridge(
      null,
      { name: "host", version: "1" },
      { openLinks: {}, serverTools: {}, message: { text: {} } },
      { hostContext: { theme: "light" } },
    );
    bridge.onsizechange = ({ height }) => {
      frame.style.height = `${height}px`;
    };
    bridge.onopenlink = async (params) => {
      window.said.push(["link", params]);
      return {};
    };
    bridge.onmessage = async (params) => {
      window.said.push(["message", params]);
      return {};
    };
    bridge.oncalltool = async (params) => {
      window.said.push(["call", params]);
      return result;
    };
    bridge.oninitialized = async () => {
      await bridge.sendToolInput({ arguments: given });
      await bridge.sendToolResult(result);
      resolve();
    };
    bridge.connect(new PostMessageTransport(frame.contentWindow, frame.contentWindow)).then(() => {
      frame.srcdoc = html;
    });
  });
