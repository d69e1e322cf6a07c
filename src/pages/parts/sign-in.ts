import { partsIn } from "../../approval/asker.ts";
import type { Where } from "../../core/consequence.ts";
import { cleanText } from "../../core/text.ts";
import { paths } from "../paths.ts";
import { type Fault, field, tokenField } from "./fields.ts";
import { type Html, html } from "./html.ts";
import { foreign, layout, notice } from "./layout.ts";

/** Reasons why a person's input signs nobody in. */
export type SignInProblem = "token_missing" | "passphrase_missing" | "sign_in_wrong" | "sign_in_locked" | "passphrase_unset";

const signInProblems = {
  token_missing: { field: "access_token", text: "The access token is missing. You were not signed in." },
  passphrase_missing: { field: "passphrase", text: "The passphrase is missing. You were not signed in." },
  sign_in_wrong: {
    field: "",
    text: "The access token or the passphrase is wrong. You were not signed in. Five wrong tries lock the sign-in of a token from your address for 15 minutes.",
  },
  sign_in_locked: {
    field: "",
    text: "From your address, the sign-in of this token is locked for 15 minutes after five wrong tries. You were not signed in.",
  },
  passphrase_unset: {
    field: "",
    text: "This token has no approval passphrase, and the agent has the token too: the token alone does not show that you are here. Ask the operator of this server to set approval_sha256 for it.",
  },
} as const satisfies Record<SignInProblem, Fault>;

export interface SignInView {
  token: string;
  /** Issuers at which a person can sign in, and the paths that lead there. */
  issuers: { name: string; path: string }[];
  /** Holders of access tokens can sign in. */
  byToken: boolean;
  /** The sandbox, live accounts or both, without a name. */
  where: Where;
  problem?: SignInProblem | undefined;
}

export function signInPage(view: SignInView): Html {
  if (view.issuers.length === 0 && !view.byToken) {
    return notice(
      "Sign in",
      "You cannot sign in here yet. Ask the operator of this server to set a client_id for an issuer in the tenants file.",
    );
  }
  return layout(
    view.problem ? "Error: sign in" : "Sign in",
    html`<h1>Sign in</h1>
<p>Sign in to approve what your agent asked for. You stay signed in for 15 minutes at most.</p>
${view.issuers.map(({ name, path }) => html`<p><a class="button" href="${path}">Sign in at ${foreign(cleanText(name))}</a></p>\n`)}${view.byToken ? tokenForm(view) : undefined}`,
    view,
  );
}

/** A fault of both fields together stands above them, and the person begins anew. */
function tokenForm({ token, problem, issuers }: SignInView): Html {
  const fault = problem && signInProblems[problem];
  const both = fault?.field === "" ? fault : undefined;
  const begins = issuers.length === 0 || both !== undefined;
  const own = both ? undefined : fault;
  return html`<form method="post">
${tokenField(token)}
${both && html`<p class="error" role="alert">${both.text}</p>\n`}${field({ name: "access_token", type: "password", label: "Access token", hint: "The one in your agent's settings, after the word Bearer.", first: begins }, own)}${field({ name: "passphrase", type: "password", label: "Approval passphrase", hint: "You got it with the token, from the operator of this server. The agent does not know it." }, own)}<div class="buttons">
<button>Sign in</button>
</div>
</form>`;
}

export function signedInPage(principal: string, token: string, where: Where | undefined): Html {
  return layout(
    "Signed in",
    html`<h1>Signed in</h1>
<p>You are signed in as ${foreign(cleanText(partsIn(principal).name))}, for 15 minutes at most. Open the link that the agent gave you: it works now.</p>
<form method="post" action="${paths.signOut}">
${tokenField(token)}
<div class="buttons">
<button class="quiet">Sign out</button>
</div>
</form>`,
    { where },
  );
}

export function signedOutPage(): Html {
  return notice("Signed out", "This browser is signed out here. At the issuer you may still be signed in.");
}

export function signInFailedPage(why: string): Html {
  return notice("Not signed in", why, html`<a href="${paths.signIn}">Sign in again</a>, or open the link that the agent gave you.`);
}

/** Browsers follow the redirect and never show this. */
export function goOnPage(location: string): Html {
  return notice("Go on", html`<a href="${location}">Go on</a>`);
}
