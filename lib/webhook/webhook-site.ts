import { RequestMethod, VersioningType } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';

/** Where an account's deliveries arrive. */
export interface WebhookSite {
  readonly account: string | undefined;
  /** Without the global prefix, without slashes at its ends. */
  readonly path: string;
  /** Whether the module mounts an endpoint there, or the application has a route of its own. */
  readonly mounted: boolean;
  /** Whether the application has decorated the endpoint. */
  readonly decorated: boolean;
}

/** The path with the application's global prefix, unless the application excludes it from that. */
export function fullPathOf(site: WebhookSite, config: ApplicationConfig): string {
  const path = `/${site.path}`;
  const prefix = config.getGlobalPrefix().replace(/^\/+|\/+$/g, '');
  const excluded = (config.getGlobalPrefixOptions().exclude ?? []).some(
    ({ pathRegex, requestMethod }) =>
      (requestMethod === RequestMethod.ALL || requestMethod === RequestMethod.POST) && pathRegex.test(path),
  );
  return prefix === '' || excluded ? path : `/${prefix}${path}`;
}

/**
 * Matches the paths that reach the site, as the router does. The module's endpoint has no version; a route of one's
 * own may have one in its URL.
 */
export function pathMatcher(
  site: WebhookSite,
  config: ApplicationConfig,
  router: { caseSensitive: boolean; ignoreTrailingSlash: boolean },
): (path: string) => boolean {
  const full = fullPathOf(site, config);
  const versioning = site.mounted ? undefined : config.getVersioning();
  const version =
    versioning?.type === VersioningType.URI
      ? `(?:/${escape(versioning.prefix === false ? '' : (versioning.prefix ?? 'v'))}[^/]+)?`
      : '';
  const prefix = full.slice(0, full.length - site.path.length - 1);
  const source = `^${escape(prefix)}${version}${escape(`/${site.path}`)}${router.ignoreTrailingSlash ? '/?' : ''}$`;
  const pattern = new RegExp(source, router.caseSensitive ? '' : 'i');
  return (path) => pattern.test(path);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
