// Posts the form of a page without a browser, like a browser without scripting. Tests create the data that they need with it.
import { type APIRequestContext, type APIResponse, expect } from '@playwright/test';
import { type Person, PASSWORD, TEMPORARY_PASSWORD, administrator } from './people.ts';

export type Fields = Record<string, string | string[]>;

interface Form {
  action: string;
  fields: [string, string][];
}

function unescape(text: string): string {
  return text.replace(/&quot;/g, '"').replace(/&#x27;|&#39;/g, "'").replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

function attribute(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s/>])`).exec(tag);
  return found ? unescape(found[1] ?? '') : undefined;
}

/** Finds the form of a page that posts to this server function, with its hidden fields. */
function findForm(html: string, call: string): Form {
  for (const [form] of html.matchAll(/<form[\s\S]*?<\/form>/g)) {
    const action = attribute(/<form[^>]*>/.exec(form)![0], 'action');
    if (action?.endsWith(`/${call}`)) {
      const hidden = [...form.matchAll(/<input[^>]*>/g)].map(([tag]) => tag).filter((tag) => attribute(tag, 'type') === 'hidden');
      return { action, fields: hidden.map((tag) => [attribute(tag, 'name') ?? '', attribute(tag, 'value') ?? '']) };
    }
  }
  throw new Error(`the page has no form that posts to ${call}`);
}

/** Loads the form of the page at `path`, and returns a function that posts it. It can be called more than once. */
export async function prepare(request: APIRequestContext, path: string, call: string, fields: Fields) {
  const page = await request.get(path);
  expect(page.status(), `${path} is there`).toBe(200);
  const form = findForm(await page.text(), call);
  const body = new URLSearchParams(form.fields.filter(([name]) => !(name in fields)));
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      body.append(name, each);
    }
  }
  return (accept = 'text/html'): Promise<APIResponse> =>
    request.post(form.action, {
      headers: { accept, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      data: body.toString(),
      maxRedirects: 0,
    });
}

/** Posts a form that must be accepted, and returns the address that it redirects to. */
export async function post(request: APIRequestContext, path: string, call: string, fields: Fields): Promise<string> {
  const answer = await (await prepare(request, path, call, fields))();
  const to = answer.headers()['location'] ?? '';
  expect(answer.status(), `${call} leads on`).toBe(302);
  expect(to, `${call} is accepted`).not.toContain('draft=');
  return to;
}

export async function signIn(request: APIRequestContext, who: { loginName: string; password: string }): Promise<void> {
  await post(request, '/sign-in', 'sign_in', { login_name: who.loginName, password: who.password });
}

/** The id of a role, from the page where it can be assigned. */
export async function roleId(request: APIRequestContext, role: string): Promise<string> {
  const page = await request.get('/users/new');
  expect(page.status(), '/users/new is there').toBe(200);
  const html = await page.text();
  const tag = new RegExp(`<input[^>]*name="roles\\[\\]"[^>]*>(?:<[^>]*>|<!--.*?-->)*${role}<`).exec(html);
  const id = tag && attribute(/<input[^>]*>/.exec(tag[0])![0], 'value');
  if (!id) {
    throw new Error(`/users/new does not offer the role ${role}`);
  }
  return id;
}

/** Creates a role and returns its id. */
export async function createRole(request: APIRequestContext, name: string, fields: Fields = {}): Promise<string> {
  const to = await post(request, '/roles/new', 'edit_role', { name, ...fields });
  const id = /^\/roles\/([0-9a-f-]{36})$/.exec(to)?.[1];
  expect(id, `${to} is the new role's page`).toBeTruthy();
  return id!;
}

/** Assigns a role to a user, by their ids. */
export async function assignRole(request: APIRequestContext, person: string, role: string): Promise<void> {
  await post(request, `/users/${person}/roles`, 'give_role', { role });
}

export type SignInSetup = 'invitation' | 'only_add' | 'temporary_password';

export interface UserOptions {
  role?: string;
  signInSetup?: SignInSetup;
  language?: 'en' | 'sv';
  fields?: Fields;
}

/** Creates a user and returns the id. */
export async function create(request: APIRequestContext, who: Person, options: UserOptions = {}): Promise<string> {
  const signInSetup = options.signInSetup ?? 'only_add';
  const to = await post(request, '/users/new', 'create_user', {
    first_name: who.first,
    last_name: who.last,
    email: who.email,
    login_name: who.loginName,
    language: options.language ?? '',
    way_in: signInSetup,
    ...(signInSetup === 'temporary_password' ? { temporary_password: TEMPORARY_PASSWORD } : {}),
    ...(options.role ? { 'roles[]': [await roleId(request, options.role)] } : {}),
    ...options.fields,
  });
  const id = /^\/users\/([0-9a-f-]{36})$/.exec(to)?.[1];
  expect(id, `${to} is the new person's page`).toBeTruthy();
  return id!;
}

/** Signs in a user with a temporary password, and changes it. */
export async function completeFirstSignIn(request: APIRequestContext, who: Person): Promise<void> {
  await signIn(request, { loginName: who.loginName, password: TEMPORARY_PASSWORD });
  await post(request, '/profile/password', 'change_password', { current_password: TEMPORARY_PASSWORD, new_password: PASSWORD });
}

async function createAt(request: APIRequestContext, path: string, call: string, fields: Fields): Promise<string> {
  const to = await post(request, path, call, fields);
  return to.split('/').at(-1)!;
}

/** Creates an office and returns its id. */
export async function createOffice(request: APIRequestContext, name: string): Promise<string> {
  return await createAt(request, '/offices/new', 'edit_office', { unit_name: name });
}

/** Creates a list and returns its id. */
export async function createList(request: APIRequestContext, name: string): Promise<string> {
  await post(request, '/lists/new', 'edit_list', { unit_name: name });
  const html = await (await request.get('/lists')).text();
  const id = new RegExp(`href="/lists/([0-9a-f-]{36})/edit" aria-label="Rename ${name}"`).exec(html)?.[1];
  expect(id, `${name} is listed`).toBeTruthy();
  return id!;
}

/** Creates a customer and returns its id. */
export async function createCustomer(request: APIRequestContext, name: string): Promise<string> {
  return await createAt(request, '/customers/new', 'edit_customer', { unit_name: name });
}

/** Creates a contract of a customer and returns its id. */
export async function createContract(request: APIRequestContext, customer: string, name: string, config: string): Promise<string> {
  await post(request, `/customers/${customer}/contracts/new`, 'edit_contract', { unit_name: name, config });
  const html = await (await request.get(`/customers/${customer}`)).text();
  const id = new RegExp(`href="/contracts/([0-9a-f-]{36})/edit" aria-label="Edit ${name}"`).exec(html)?.[1];
  expect(id, `${name} is listed`).toBeTruthy();
  return id!;
}

/** Creates a dashboard, by default with all widgets, and returns its id. */
export async function createDashboard(request: APIRequestContext, name: string, widgets: string[] = ALL_WIDGETS): Promise<string> {
  await post(request, '/dashboards/new', 'edit_dashboard', { unit_name: name, 'widgets[]': widgets.map((widget, place) => `${widget}:${place + 1}`) });
  const html = await (await request.get('/dashboards')).text();
  const id = new RegExp(`href="/dashboards/([0-9a-f-]{36})/close" aria-label="Remove ${name}"`).exec(html)?.[1];
  expect(id, `${name} is listed`).toBeTruthy();
  return id!;
}

const ALL_WIDGETS = [
  'my_clients', 'team_queue', 'my_referrals', 'referrals_to_answer', 'untold', 'no_way_in', 'never_signed_in', 'inactive', 'expiring', 'seats', 'cover_ending',
  'sign_ins', 'unusual',
];

/** Creates a team, optionally in an office, and returns its id. */
export async function createTeam(request: APIRequestContext, name: string, office = ''): Promise<string> {
  return await createAt(request, '/teams/new', 'edit_team', { unit_name: name, office });
}

/** Creates a client and returns the id. By default the administrator is responsible. */
export async function createClient(request: APIRequestContext, fields: Fields): Promise<string> {
  const page = await (await request.get('/clients/new')).text();
  const select = /<select[^>]*name="responsible"[\s\S]*?<\/select>/.exec(page)?.[0] ?? '';
  const own = new RegExp(`<option value="([0-9a-f-]{36})"[^>]*>${administrator.name}<`).exec(select) ?? /<option value="([0-9a-f-]{36})"/.exec(select);
  return await createAt(request, '/clients/new', 'edit_client', { responsible: own?.[1] ?? '', ...fields });
}

/** Creates an organisation, whose administrator is invited, and returns its id. */
export async function createOrganisation(request: APIRequestContext, name: string, who: Person): Promise<string> {
  const fields = { organisation_name: name, language: 'en', first_name: who.first, last_name: who.last, email: who.email, login_name: who.loginName };
  return await createAt(request, '/organisations/new', 'add_organisation', fields);
}

/** Follows the link of an invitation and sets the password. */
export async function acceptInvitation(request: APIRequestContext, link: string): Promise<void> {
  await request.get(new URL(link).pathname);
  await post(request, '/set-password', 'set_password', { new_password: PASSWORD });
}

/** Creates a resource and returns its id. */
export async function createResource(request: APIRequestContext, name: string, fields: Fields = {}): Promise<string> {
  return await createAt(request, '/resources/new', 'edit_resource', { unit_name: name, ...fields });
}

/** Creates a referral of a client by way of the preview, and returns its id. `to` is the part of the query that names the destination. */
export async function createReferral(request: APIRequestContext, client: string, to: string, why = 'Would like company'): Promise<string> {
  const review = await prepare(request, `/referrals/new?client=${client}&${to}`, 'review_referral', { why });
  const shown = (await review()).headers()['location'] ?? '';
  expect(shown, 'the referral is previewed first').toMatch(/^\/referrals\/review\?draft=/);
  return await createAt(request, shown, 'create_referral', {});
}
