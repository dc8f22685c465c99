// A certified OpenID provider on loopback, for tests/integrations/test_identity_provider.py. Its keys change when told.
// Usage: node provider.mjs PACKAGE_FOLDER PORT AUDIENCE CALLBACK
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, port, audience, callback] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(createRequire(`${folder}/x.js`).resolve('oidc-provider')));
const issuer = `http://127.0.0.1:${port}`;
const roles = { connector: ['Connector.Write'], 'web-page': ['Audit.Practitioner', 'Audit.Auditor'] };

function newKey(kid) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
}

function providerWith(keys) {
  return new Provider(issuer, {
    jwks: { keys },
    cookies: { keys: ['for these tests only'] },
    claims: { openid: ['sub'] },
    clients: [
      {
        client_id: 'connector',
        client_secret: 'for these tests only',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: 'web-page',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        redirect_uris: [callback],
        response_types: ['code'],
      },
    ],
    extraTokenClaims: (_, token) => ({ roles: roles[token.clientId] }),
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'audit',
          audience: resource === 'urn:opaque' ? undefined : resource,
          accessTokenFormat: resource === 'urn:opaque' ? 'opaque' : 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 600 },
  });
}

let keys = [newKey('first')];
let answer = providerWith(keys).callback();
const server = createServer((request, response) => {
  const told = request.method === 'POST' && /^\/keys\/(?<kid>\w+)(?<alone>\/alone)?$/.exec(request.url);
  if (told) {
    const { kid, alone } = told.groups;
    keys = [keys.find((key) => key.kid === kid) ?? newKey(kid), ...(alone ? [] : keys.filter((key) => key.kid !== kid))];
    answer = providerWith(keys).callback();
    response.end(audience);
  } else {
    answer(request, response);
  }
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready'));
