// The life of a payment, told with Stripe's Node client. Prints what it saw as JSON; the test
// that runs it (tests/stripe_sandbox/test_other_clients.py) knows what that should be.
import { createServer } from "node:http";
import { once } from "node:events";
import Stripe from "stripe";

const sandbox = new URL(process.env.SANDBOX_URL);
const stripe = new Stripe("sk_test_from_node", {
  protocol: "http",
  host: sandbox.hostname,
  port: sandbox.port,
  telemetry: false,
  maxNetworkRetries: 0,
});
const seen = {};

async function control(path, values = {}) {
  const answer = await fetch(new URL(`/_sandbox/${path}`, sandbox), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

async function errorOf(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return [error.type, error.code ?? null, error.param ?? null, error.statusCode ?? null];
  }
}

// A receiver that verifies what it gets.
const events = [];
let secret;
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const signature = request.headers["stripe-signature"];
  events.push(stripe.webhooks.constructEvent(Buffer.concat(chunks), signature, secret).type);
  response.end();
});
receiver.listen(0, "127.0.0.1");
await once(receiver, "listening");
const endpoint = await stripe.webhookEndpoints.create({
  url: `http://127.0.0.1:${receiver.address().port}/`,
  enabled_events: ["checkout.session.completed", "charge.refunded"],
});
secret = endpoint.secret;

// A seller connects.
const { code } = await control("authorize", { name: "Seller" });
const grant = await stripe.oauth.token({ grant_type: "authorization_code", code });
const seller = grant.stripe_user_id;
seen.scope = grant.scope;
seen.unknown_code = await errorOf(stripe.oauth.token({ grant_type: "authorization_code", code: "ac_no" }));

// Somebody buys; the same key gives the same session.
const order = {
  mode: "payment",
  success_url: "http://127.0.0.1:9/done?session_id={CHECKOUT_SESSION_ID}",
  line_items: [
    {
      quantity: 1,
      price_data: { currency: "usd", unit_amount: 1000, product_data: { name: "T-shirt" } },
    },
  ],
  payment_intent_data: { application_fee_amount: 123, transfer_data: { destination: seller } },
};
const once_only = { idempotencyKey: "order 1" };
const session = await stripe.checkout.sessions.create(order, once_only);
const again = await stripe.checkout.sessions.create(order, once_only);
seen.same_session = session.id === again.id;
seen.replayed = again.lastResponse.headers["idempotent-replayed"];
seen.key_misused = await errorOf(
  stripe.checkout.sessions.create({ ...order, client_reference_id: "2" }, once_only),
);
await control(`sessions/${session.id}/pay`);
const paid = await stripe.checkout.sessions.retrieve(session.id, {
  expand: ["line_items", "payment_intent.latest_charge.balance_transaction"],
});
const charge = paid.payment_intent.latest_charge;
seen.paid = [paid.payment_status, paid.line_items.data[0].amount_total];
seen.fee = charge.balance_transaction.fee;

// And gets the money back, with both flags.
await control("topup", { amount: 1000, currency: "usd" });
const refund = await stripe.refunds.create({
  charge: charge.id,
  reverse_transfer: true,
  refund_application_fee: true,
});
seen.refund = [refund.status, refund.amount];
const balance = await stripe.balance.retrieve({}, { stripeAccount: seller });
seen.seller_has = balance.available[0].amount;

// Lists, page by page, with what they refer to.
for (let count = 0; count < 12; count += 1) {
  await stripe.paymentIntents.create({ amount: 100 + count, currency: "usd" });
}
const amounts = [];
for await (const intent of stripe.paymentIntents.list({ limit: 5, expand: ["data.latest_charge"] })) {
  amounts.push(intent.amount);
  if (intent.latest_charge) seen.expanded_in_list = intent.latest_charge.id === charge.id;
}
seen.amounts = amounts;

// What goes wrong has Stripe's classes.
seen.errors = {
  unknown: await errorOf(stripe.charges.retrieve("ch_unknown")),
  parameter: await errorOf(stripe.paymentIntents.create({ amount: 1000, currency: "usd", colour: "red" })),
  removed: await errorOf(
    stripe.paymentIntents.create({ amount: 1000, currency: "usd", payment_method_types: ["card"] }),
  ),
  declined: await errorOf(
    stripe.paymentIntents.create({
      amount: 1000,
      currency: "usd",
      confirm: true,
      payment_method: "pm_card_visa_chargeDeclined",
    }),
  ),
};

await control("deliveries/wait");
seen.events = events;
try {
  stripe.webhooks.constructEvent("{}", `t=1,v1=${"0".repeat(64)}`, secret);
} catch (error) {
  seen.forged = error.type;
}
receiver.close();
process.stdout.write(JSON.stringify(seen));
