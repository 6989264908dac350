/** Files of a certificate for localhost, and of the authority that has signed it. */
export interface Certificates extends AsyncDisposable {
  authority: string;
  certificate: string;
  key: string;
}

/** Makes an authority, and a certificate by it. */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await Deno.makeTempDir();
  const at = (name: string) => `${folder}/${name}`;
  await Deno.writeTextFile(at("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  await openssl(
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=A test"],
    ...["-keyout", at("authority.key"), "-out", at("authority.pem")],
  );
  await openssl(
    ...["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"],
    ...["-keyout", at("key.pem"), "-out", at("request.pem")],
  );
  await openssl(
    ...["x509", "-req", "-in", at("request.pem"), "-days", "2", "-extfile", at("names")],
    ...["-CA", at("authority.pem"), "-CAkey", at("authority.key"), "-CAcreateserial"],
    ...["-out", at("certificate.pem")],
  );
  return {
    authority: at("authority.pem"),
    certificate: at("certificate.pem"),
    key: at("key.pem"),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Whether a Redis with TLS can be started here, and certificates be made. */
export async function speaksTls(): Promise<boolean> {
  try {
    await openssl("version");
    // A Redis without TLS does not know the option, and says so before all else.
    const { stdout, stderr } = await new Deno.Command("redis-server", {
      args: ["--port", "0", "--tls-port", "1", "--tls-cert-file", "/nowhere", "--save", ""],
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return !said.includes("Bad directive");
  } catch {
    return false;
  }
}

async function openssl(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args, stdout: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
