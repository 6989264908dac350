#!/usr/bin/env bash
# aws4fetch 1.0.20 (npm): signing a request for an object of S3 whose key holds a plus sign.
# Guess: RFC 3986 and the signature's own rules: in a path a plus is a plus, so it is signed as %2B, or as it stands in the address.
# Seen: for the service s3 the path is read as a query is: the plus becomes a space and is signed as %20, while the request asks for the
# plus. Written as %2B it is signed as %2B. For other services nothing of it happens.
# Hurt: whoever reads objects such as logs/2026-11-28T10:00+01:00.gz: the store answers that the signature does not match, for these alone.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund aws4fetch@1.0.20

cat >run.mjs <<'E'
import { AwsV4Signer } from "aws4fetch";

const terms = {
  accessKeyId: "id",
  secretAccessKey: "secret",
  region: "us-east-1",
  datetime: "20261128T000000Z",
};
for (const service of ["s3", "execute-api"]) {
  for (const path of ["/bucket/a+b", "/bucket/a%2Bb", "/bucket/a%20b"]) {
    const signer = new AwsV4Signer({ ...terms, service, url: "https://store.example" + path });
    const [, signed] = (await signer.canonicalString()).split("\n");
    const { url } = await signer.sign();
    console.log(`${service}: asked for ${url.pathname}, signed ${signed}`);
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
s3: asked for /bucket/a+b, signed /bucket/a%20b
s3: asked for /bucket/a%2Bb, signed /bucket/a%2Bb
s3: asked for /bucket/a%20b, signed /bucket/a%20b
execute-api: asked for /bucket/a+b, signed /bucket/a%2Bb
execute-api: asked for /bucket/a%2Bb, signed /bucket/a%252Bb
execute-api: asked for /bucket/a%20b, signed /bucket/a%2520b
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
