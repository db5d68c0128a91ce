// The list of all pages, for tests that check every page.

export interface Ids {
  /** A user who can sign in. */
  person: string;
  /** An archived user. */
  archived: string;
  /** A user without an e-mail address. */
  unreachable: string;
  /** An office. */
  office: string;
  /** A team. */
  team: string;
  /** A custom list. */
  list: string;
  /** A customer. */
  customer: string;
  /** A contract of the customer. */
  contract: string;
  /** A custom dashboard. */
  dashboard: string;
  /** A custom role that a user has. */
  role: string;
  /** A client, with a responsible person. */
  client: string;
  /** An organisation that is not the operator. */
  tenant: string;
  /** The administrator of that organisation. */
  chief: string;
  /** A resource. */
  resource: string;
  /** A referral that waits for an answer. */
  referral: string;
}

/** Placeholders, to find out which ids a path contains. */
export const PLACEHOLDER_IDS: Ids = { person: 'person', archived: 'archived', unreachable: 'unreachable', office: 'office', team: 'team', list: 'list', dashboard: 'dashboard', customer: 'customer', contract: 'contract', role: 'own', client: 'client', resource: 'resource', referral: 'referral', tenant: 'tenant', chief: 'chief' };
export const NO_IDS: Ids = { person: '', archived: '', unreachable: '', office: '', team: '', list: '', dashboard: '', customer: '', contract: '', role: '', client: '', resource: '', referral: '', tenant: '', chief: '' };

/** The first administrator on the page of an organisation. */
export function administratorOf(html: string): string {
  return /\/administrators\/([0-9a-f-]{36})\/invite/.exec(html)![1]!;
}

export interface Route {
  /** The name of the test and of the screenshot file. */
  name: string;
  path: (ids: Ids) => string;
  status?: number;
}

/** Pages that need no session. */
export const publicPages: Route[] = [
  { name: 'sign-in', path: () => '/sign-in' },
  { name: 'link-cannot-be-used', path: () => '/link-cannot-be-used' },
];

export const signedInPages: Route[] = [
  { name: 'home', path: () => '/' },
  { name: 'organisation', path: () => '/organisation' },
  { name: 'users', path: () => '/users' },
  { name: 'users-nobody-found', path: () => '/users?q=zzzzqqq' },
  { name: 'users-new', path: () => '/users/new' },
  { name: 'staff-new', path: () => '/staff/new' },
  { name: 'user', path: ({ person }) => `/users/${person}` },
  { name: 'user-access', path: ({ person }) => `/users/${person}/access` },
  { name: 'user-archived', path: ({ archived }) => `/users/${archived}` },
  { name: 'user-edit', path: ({ person }) => `/users/${person}/edit` },
  { name: 'user-roles', path: ({ person }) => `/users/${person}/roles` },
  { name: 'user-links', path: ({ person }) => `/users/${person}/links` },
  { name: 'user-coverage', path: ({ person }) => `/users/${person}/coverage` },
  { name: 'user-password', path: ({ person }) => `/users/${person}/password` },
  { name: 'user-invite', path: ({ person }) => `/users/${person}/invite` },
  { name: 'user-invite-no-address', path: ({ unreachable }) => `/users/${unreachable}/invite` },
  { name: 'user-archive', path: ({ person }) => `/users/${person}/archive` },
  { name: 'user-restore', path: ({ archived }) => `/users/${archived}/restore` },
  { name: 'user-caseload', path: ({ person }) => `/users/${person}/caseload` },
  { name: 'clients', path: () => '/clients' },
  { name: 'clients-nobody-found', path: () => '/clients?q=zzzzqqq' },
  { name: 'client-new', path: () => '/clients/new' },
  { name: 'client', path: ({ client }) => `/clients/${client}` },
  { name: 'client-edit', path: ({ client }) => `/clients/${client}/edit` },
  { name: 'client-people', path: ({ client }) => `/clients/${client}/people?q=a` },
  { name: 'client-archive', path: ({ client }) => `/clients/${client}/archive` },
  { name: 'customers', path: () => '/customers' },
  { name: 'customers-none-found', path: () => '/customers?q=zzzzqqq' },
  { name: 'customer-new', path: () => '/customers/new' },
  { name: 'customers-import', path: () => '/customers/import' },
  { name: 'customer', path: ({ customer }) => `/customers/${customer}` },
  { name: 'customer-edit', path: ({ customer }) => `/customers/${customer}/edit` },
  { name: 'customer-close', path: ({ customer }) => `/customers/${customer}/close` },
  { name: 'contract-new', path: ({ customer }) => `/customers/${customer}/contracts/new` },
  { name: 'contract-edit', path: ({ contract }) => `/contracts/${contract}/edit` },
  { name: 'contract-close', path: ({ contract }) => `/contracts/${contract}/close` },
  { name: 'offices', path: () => '/offices' },
  { name: 'office-new', path: () => '/offices/new' },
  { name: 'office', path: ({ office }) => `/offices/${office}` },
  { name: 'office-edit', path: ({ office }) => `/offices/${office}/edit` },
  { name: 'office-close', path: ({ office }) => `/offices/${office}/close` },
  { name: 'teams', path: () => '/teams' },
  { name: 'team-new', path: () => '/teams/new' },
  { name: 'team', path: ({ team }) => `/teams/${team}` },
  { name: 'team-edit', path: ({ team }) => `/teams/${team}/edit` },
  { name: 'team-members', path: ({ team }) => `/teams/${team}/members?q=a` },
  { name: 'team-close', path: ({ team }) => `/teams/${team}/close` },
  { name: 'lists', path: () => '/lists' },
  { name: 'list-new', path: () => '/lists/new' },
  { name: 'list-edit', path: ({ list }) => `/lists/${list}/edit` },
  { name: 'list-close', path: ({ list }) => `/lists/${list}/close` },
  { name: 'home-own', path: ({ dashboard }) => `/?dashboard=${dashboard}` },
  { name: 'dashboards', path: () => '/dashboards' },
  { name: 'dashboard-new', path: () => '/dashboards/new' },
  { name: 'dashboard-edit', path: ({ dashboard }) => `/dashboards/${dashboard}` },
  { name: 'dashboard-close', path: ({ dashboard }) => `/dashboards/${dashboard}/close` },
  { name: 'user-dashboards', path: ({ person }) => `/users/${person}/dashboards` },
  { name: 'user-activity', path: ({ person }) => `/users/${person}/activity` },
  { name: 'reports', path: () => '/reports' },
  { name: 'reports-no-period', path: () => '/reports?from=2026-02-02&until=2026-02-01' },
  { name: 'resources', path: () => '/resources' },
  { name: 'resource-new', path: () => '/resources/new' },
  { name: 'resource', path: ({ resource }) => `/resources/${resource}` },
  { name: 'resource-edit', path: ({ resource }) => `/resources/${resource}/edit` },
  { name: 'resource-close', path: ({ resource }) => `/resources/${resource}/close` },
  { name: 'referrals', path: () => '/referrals' },
  { name: 'referrals-none-found', path: () => '/referrals?direction=received&status=ended' },
  { name: 'referral', path: ({ referral }) => `/referrals/${referral}` },
  { name: 'referral-new', path: () => '/referrals/new' },
  { name: 'referral-new-to', path: ({ client }) => `/referrals/new?client=${client}` },
  { name: 'referral-new-words', path: ({ client, resource }) => `/referrals/new?client=${client}&resource=${resource}` },
  { name: 'roles', path: () => '/roles' },
  { name: 'role', path: () => '/roles/organisation_administrator' },
  { name: 'role-own', path: ({ role }) => `/roles/${role}` },
  { name: 'role-new', path: () => '/roles/new' },
  { name: 'role-clone', path: () => '/roles/new?from=organisation_administrator' },
  { name: 'role-edit', path: ({ role }) => `/roles/${role}/edit` },
  { name: 'role-retire', path: ({ role }) => `/roles/${role}/retire` },
  { name: 'settings', path: () => '/settings' },
  { name: 'licence', path: () => '/settings/licence' },
  { name: 'organisations', path: () => '/organisations' },
  { name: 'organisation-new', path: () => '/organisations/new' },
  { name: 'organisation-page', path: ({ tenant }) => `/organisations/${tenant}` },
  { name: 'organisation-edit', path: ({ tenant }) => `/organisations/${tenant}/edit` },
  { name: 'organisation-suspend', path: ({ tenant }) => `/organisations/${tenant}/suspend` },
  { name: 'organisation-administrator-link', path: ({ tenant, chief }) => `/organisations/${tenant}/administrators/${chief}/invite` },
  { name: 'organisation-administrator-last', path: ({ tenant, chief }) => `/organisations/${tenant}/administrators/${chief}/archive` },
  { name: 'profile', path: () => '/profile' },
  { name: 'organisations-links', path: () => '/organisations/links?one=nobody.here&other=nobody.there' },
  { name: 'search', path: () => '/search' },
  { name: 'search-results', path: () => '/search?q=maya' },
  { name: 'access-help', path: () => '/help/access' },
  { name: 'access-help-person', path: ({ person }) => `/help/access?person=${person}&other=${person}&typed=a%40example.org` },
  { name: 'profile-accounts', path: () => '/profile/accounts' },
  { name: 'profile-email', path: () => '/profile/email' },
  { name: 'profile-password', path: () => '/profile/password' },
  { name: 'not-found', path: () => '/users/01920000-0000-7000-8000-00000000beef', status: 404 },
];

export const widths = [320, 1280];
export const themes = ['light', 'dark'] as const;
