import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'wouter';
import { readPicks, withPicks } from './picks.js';

interface PageLinkProps {
  to: string;
  children: ReactNode;
  className?: string;
  /** Id of the link, so that it gets the focus again on going back. */
  id?: string;
  replace?: boolean;
}

/** A link to a view; its URL includes the gathered papers. */
export function PageLink({ to, children, ...others }: PageLinkProps) {
  const [parameters] = useSearchParams();
  const target = to.startsWith('/recommend') ? to : withPicks(to, readPicks(parameters));
  return (
    <Link href={target} {...others}>
      {children}
    </Link>
  );
}

/** The authors, each linked to all papers with this name. */
export function AuthorLinks({ authors }: { authors: readonly { name: string }[] }) {
  return authors.map(({ name }, at) => (
    <span key={`${at} ${name}`}>
      {at > 0 && ', '}
      <PageLink to={authorPath(name)}>{name}</PageLink>
    </span>
  ));
}

/** Does not encode the slash of an old identifier: `/paper/hep-th/9901001`. */
export function paperPath(id: string): string {
  return `/paper/${id.split('/').map(encodeURIComponent).join('/')}`;
}

export function authorPath(name: string): string {
  return `/author/${encodeURIComponent(name)}`;
}

export function categoryPath(code: string): string {
  return `/category/${encodeURIComponent(code)}`;
}
