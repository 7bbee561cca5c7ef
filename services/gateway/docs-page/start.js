// The page /docs: Swagger UI, with a token for a role in one click and a key for each change.
/* global SwaggerUIBundle */

const ROLES = ['customer', 'teller', 'operator'];
const KEY = 'Idempotency-Key';
const KEY_BYTES = 16;

/** Avoids `randomUUID`, which browsers offer on https pages only. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const call = async (method, path, { token, body } = {}) => {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && { [KEY]: newKey() }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const content = await response.json();
  if (!response.ok) throw Object.assign(new Error(content.detail), { status: response.status });
  return content;
};

const tokenFor = async (role, customerId) => {
  const { token } = await call('POST', '/api/dev/tokens', { body: { role, customerId } });
  return token;
};

/** An active customer with an account; registers one if there is none. */
const anyCustomer = async () => {
  const token = await tokenFor('teller');
  const { customers } = await call('GET', '/api/customers?limit=100', { token });
  for (const { customerId, name, status } of customers) {
    if (status !== 'active') continue;
    const { accounts } = await call('GET', `/api/customers/${customerId}/accounts`, { token });
    if (accounts.length > 0) return { customerId, name, accountNumber: accounts[0].accountNumber };
  }
  const name = 'Ada Lovelace';
  const digits = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte % 10).join('');
  const person = { name, email: 'ada@example.com', mobileNumber: `+407${digits}` };
  const { customerId } = await call('POST', '/api/customers', { token, body: person });
  const opened = await call('POST', `/api/customers/${customerId}/accounts`, { token, body: {} });
  return { customerId, name, accountNumber: opened.accountNumber };
};

/** What the reader has done with each key: the first response, and whether the last one was the same. */
const outcomes = new Map();
const keysByUrl = new Map();
const listeners = new Set();

const keep = (key, { status, text, headers }) => {
  const first = outcomes.get(key);
  const isSame = first !== undefined && first.status === status && first.text === text;
  const replayed = headers['idempotent-replayed'] === 'true';
  outcomes.set(key, first === undefined ? { status, text, times: 1 } : { ...first, times: first.times + 1, isSame, replayed, last: status }); // prettier-ignore
  for (const listen of listeners) listen();
};

const outcomeInWords = ({ status, times, isSame, replayed, last }) => {
  if (times === 1) return `Responded with ${status}. The key stays, so you can send the same request again.`;
  if (!isSame)
    return `Sent ${times} times: ${status} at first, ${last} now. The first time had not been decided.`;
  return `Sent ${times} times, and the response is the same${replayed ? ', as stored (Idempotent-Replayed: true)' : ''}: it took effect once.`;
};

/** Gives each change a key, shown in its parameter, and lets the reader send the same request again. */
const keysPlugin = () => ({
  wrapComponents: {
    execute: (Original, { React }) => {
      const h = React.createElement;
      const keyParameter = (operation) =>
        (operation.get('parameters') ?? []).find((one) => one.get('name') === KEY);
      const WithKey = (props) => {
        const { path, method, operation, specActions } = props;
        const [key, setKey] = React.useState();
        const [, rerender] = React.useState({});
        React.useEffect(() => {
          const listen = () => rerender({});
          listeners.add(listen);
          return () => listeners.delete(listen);
        }, []);
        const draw = () => {
          const drawn = newKey();
          specActions.changeParamByIdentity([path, method], keyParameter(operation), drawn, false);
          setKey(drawn);
        };
        React.useEffect(draw, []);
        const outcome = outcomes.get(key);
        return h(
          'div',
          { className: 'with-key' },
          h(
            'div',
            { className: 'with-key-buttons' },
            // A new request has a new key, drawn before Swagger UI reads it.
            h('div', { onClickCapture: () => outcome !== undefined && draw() }, h(Original, props)),
            outcome !== undefined &&
              h(
                'button',
                {
                  type: 'button',
                  className: 'btn again',
                  onClick: () => specActions.execute({ operation, path, method }),
                },
                'Send the same again',
              ),
          ),
          h('p', { role: 'status' }, outcome === undefined ? '' : outcomeInWords(outcome)),
        );
      };
      return (props) =>
        keyParameter(props.operation) === undefined ? h(Original, props) : h(WithKey, props);
    },
  },
});

/** Mends what Swagger UI leaves without a name or out of reach of the keyboard, and links within its buttons, which open the operation themselves. */
const mend = () => {
  for (const field of document.querySelectorAll('.body-param__text:not([aria-label])'))
    field.setAttribute('aria-label', 'Request body');
  document.querySelector('#servers:not([aria-label])')?.setAttribute('aria-label', 'Server');
  for (const code of document.querySelectorAll('.microlight:not([tabindex])')) code.tabIndex = 0;
  for (const link of document.querySelectorAll('.opblock-summary-control a[href]'))
    link.removeAttribute('href');
};

const start = async () => {
  new MutationObserver(mend).observe(document.body, { childList: true, subtree: true });
  const spec = await (await fetch('/openapi.json')).json();
  const [scheme] = Object.keys(spec.components.securitySchemes);
  const ui = SwaggerUIBundle({
    spec,
    dom_id: '#page',
    deepLinking: true,
    tryItOutEnabled: true,
    persistAuthorization: false,
    plugins: [keysPlugin],
    requestInterceptor: (request) => {
      if (request.method !== 'GET' && request.url !== '/openapi.json') {
        request.headers[KEY] ??= newKey();
        keysByUrl.set(new URL(request.url, location.href).href, request.headers[KEY]);
      }
      return request;
    },
    responseInterceptor: (response) => {
      const key = keysByUrl.get(new URL(response.url, location.href).href);
      if (key !== undefined) keep(key, response);
      return response;
    },
  });

  const status = element('p', { role: 'status' });
  const say = (...parts) => status.replaceChildren(...parts);
  const signIn = async (role) => {
    const customer = role === 'customer' ? await anyCustomer() : undefined;
    ui.preauthorizeApiKey(scheme, await tokenFor(role, customer?.customerId));
    for (const one of buttons) one.setAttribute('aria-pressed', String(one.value === role));
    say(
      ...(customer === undefined
        ? [`Requests are sent as ${role}.`]
        : [
            `Requests are sent as the customer ${customer.name}: customerId `,
            element('code', { textContent: customer.customerId }),
            ', account ',
            element('code', { textContent: customer.accountNumber }),
            '.',
          ]),
    );
  };
  const enter = (role) => {
    say('…');
    signIn(role).catch(({ status: code, message }) =>
      say(
        code === 404
          ? 'This system has no development issuer. Press Authorize and paste a token of yours.'
          : `No token: ${message}`,
      ),
    );
  };
  const buttons = ROLES.map((role) => {
    const button = element('button', { type: 'button', value: role, textContent: role });
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => enter(role));
    return button;
  });
  document
    .querySelector('#tokens')
    .append(element('span', { textContent: 'Send requests as' }), ...buttons, status);
};

void start();
