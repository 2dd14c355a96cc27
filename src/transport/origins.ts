/**
 * Which web pages may call this server. A request without an Origin header comes from no browser page and is let in:
 * what guards against such clients is their token. Pure.
 */
export interface OriginRules {
  allowedOrigins: readonly string[];
  /** Let in every page on localhost, as a development server of the client is. */
  allowLocalhost: boolean;
}

/** @param host the request's Host header: a page that this server served itself has the same. */
export function isOriginAllowed(
  rules: OriginRules,
  origin: string | undefined,
  host: string | undefined,
): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.host === host || rules.allowedOrigins.some((allowed) => new URL(allowed).origin === url.origin))
    return true;
  return rules.allowLocalhost && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}
