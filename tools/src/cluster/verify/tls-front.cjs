// Serves TLS for stores that have none, and the documents of an OpenID Connect issuer. Runs in a pod of the verification, on
// the image of a service: node tls-front.cjs, with the Secret `tls` in /tls and the ConfigMap `front` in /front.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:https');
const { connect } = require('node:net');
const tls = require('node:tls');

const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((name) => readFileSync(`/tls/${name}`));

/** @param clients whether a client needs a certificate */
const forward = ({ port, to, clients, protocols }) =>
  tls
    .createServer(
      { cert, key, ca, requestCert: clients, rejectUnauthorized: clients, ALPNProtocols: protocols },
      (socket) => {
        const upstream = connect(port, to);
        for (const [one, other] of [
          [socket, upstream],
          [upstream, socket],
        ]) {
          one.pipe(other);
          one.on('error', () => other.destroy()).on('close', () => other.destroy());
        }
      },
    )
    .listen(port);

forward({ port: 7233, to: 'temporal', clients: true, protocols: ['h2'] });
forward({ port: 27017, to: 'mongodb', clients: false });

const documents = JSON.parse(readFileSync('/front/documents.json', 'utf8'));
createServer({ cert, key }, (req, res) => {
  const document = documents[req.url];
  res.writeHead(document ? 200 : 404, { 'content-type': 'application/json' });
  res.end(JSON.stringify(document ?? {}));
}).listen(8443);
