package dialog

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// Connection adds a connection, or edits one.
type Connection struct {
	base
	book store.Book
	was  store.Profile
	add  bool

	kind    int         // of presets
	regions map[int]int // the chosen one of each kind that has a list of them
	named   bool        // the name was typed: it does not follow the region any more
	name    *kit.Field
	at      *kit.Field // the endpoint, of the kind that has no list of them
	region  *kit.Field // there
	path    bool
	source  int // of keySources
	key     *kit.Field
	secret  *kit.Field
	aws     *kit.Field
	keeps   bool // the API token, which token has if it is another one
	token   *kit.Field
	rest    connectionRest

	noKeyring string
	keyring   kit.Slot[string]
	test      kit.Slot[store.Diagnosis]
	save      kit.Slot[struct{}]
	found     *store.Diagnosis
	err       string
	first     string // what was typed when it was opened: see typed
}

// connectionRest is what most people leave as it is.
type connectionRest struct {
	readOnly, public, trash bool
	spaces                  *kit.Field
}

var (
	presets    = store.Presets()
	keySources = []store.KeySource{store.KeyInFile, store.KeyInKeyring, store.KeyOfAWS}
)

// kindAt is where a kind stands among the presets.
func kindAt(kind string) int {
	return slices.IndexFunc(presets, func(p store.Preset) bool { return p.Kind == kind })
}

// preset is that of the chosen kind.
func (d *Connection) preset() store.Preset { return presets[d.kind] }

// NewConnection asks for what a new connection needs.
func NewConnection(c *kit.Context) *Connection {
	d := newConnection(c, "Add a connection", store.Profile{Source: store.KeyInFile})
	d.add = true
	d.follow()
	return d
}

// NewEditConnection changes a connection that is there. Its name stays: places, bookmarks and transfers know it by that.
func NewEditConnection(c *kit.Context, p store.Profile) *Connection {
	d := newConnection(c, "Connection "+shown(p.Name), p)
	d.named = true
	d.first = d.typed()
	return d
}

func newConnection(c *kit.Context, title string, p store.Profile) *Connection {
	d := &Connection{base: newBase(c, title), book: c.Book, was: p, regions: map[int]int{},
		name: kit.NewField(p.Name, "what you call it"), key: kit.NewField(p.AccessKey, "the id of the access key"),
		secret: kit.NewField("", "its secret"), aws: kit.NewField(p.AWSProfile, "the default one"),
		at: kit.NewField("", "https://s3.example.com"), region: kit.NewField("", "as the endpoint's name says, else us-east-1"),
	}
	if p.Name != "" && p.Source != store.KeyOfAWS {
		d.secret = kit.NewField("", "as it is")
	}
	d.secret.Secret()
	d.keeps, d.token = p.KeepsToken, kit.NewField("", map[bool]string{false: "for access keys and the CDN", true: "as it is"}[p.KeepsToken])
	d.token.Secret()
	d.rest = connectionRest{p.ReadOnly, p.UploadAccess == store.PublicRead, p.Trash, kit.NewField(strings.Join(p.Spaces, ", "), "all that the key may list")}
	d.source = max(slices.Index(keySources, p.Source), 0)
	d.fill(p)
	d.form = d.asking
	d.first = d.typed()
	return d
}

// typed is all that was typed, and nothing that follows from something else.
func (d *Connection) typed() string {
	list := []string{d.key.Value(), d.secret.Value(), d.token.Value(), d.aws.Value(), d.at.Value(), d.region.Value(), d.rest.spaces.Value()}
	if d.named {
		list = append(list, d.name.Value())
	}
	return strings.Join(list, "\n")
}

// fill shows the endpoint of a profile.
func (d *Connection) fill(p store.Profile) {
	kind, region := store.OceanKind, "nyc3"
	if p.Endpoint != "" {
		kind, region = store.KindOfEndpoint(p.Endpoint)
	}
	d.kind, d.path = kindAt(kind), p.PathStyle
	if p.Region != "" && p.Region != region || p.PathStyle { // it is not what the list would make of it
		d.kind = kindAt(store.OtherKind)
	}
	if d.preset().Regions != nil {
		d.regions[d.kind] = slices.Index(d.preset().Regions, region)
	}
	d.at.SetValue(p.Endpoint)
	d.region.SetValue(p.Region)
	d.exemplify()
}

// Init implements kit.Dialog: whether there is a keyring is asked for.
func (d *Connection) Init(c *kit.Context) tea.Cmd {
	book := d.book
	return d.keyring.Start(c, d.id, func(context.Context) (string, error) { return book.NoKeyring(), nil })
}

// Close implements kit.Dialog.
func (d *Connection) Close() {
	d.keyring.Cancel()
	d.test.Cancel()
	d.save.Cancel()
}

// Update implements kit.Dialog.
func (d *Connection) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if why, _, ok := d.keyring.Take(msg); ok {
		d.noKeyring = why
		return nil
	}
	if found, err, ok := d.test.Take(msg); ok {
		if d.found = &found; err != nil {
			d.found, d.err = nil, explain(err)
		}
		return nil
	}
	if _, err, ok := d.save.Take(msg); ok {
		if err != nil {
			d.err = explain(err)
			return nil
		}
		c.Dismiss()
		c.Notify(kit.Good, map[bool]string{true: "Added ", false: "Changed "}[d.add]+shown(d.profile().Name))
		return nil
	}
	return d.base.Update(c, msg)
}

// profile is what the form says.
func (d *Connection) profile() store.Profile {
	p := store.Profile{Name: strings.TrimSpace(d.name.Value()), ReadOnly: d.rest.readOnly, UploadAccess: store.Private, Trash: d.rest.trash,
		Source: keySources[d.source], Spaces: spaceNames(d.rest.spaces.Value())}
	if d.keeps && d.preset().Kind == store.OceanKind {
		p.KeepsToken, p.APIToken = true, strings.TrimSpace(d.token.Value())
	}
	if d.rest.public {
		p.UploadAccess = store.PublicRead
	}
	p.Endpoint, p.Region = d.endpoint()
	if d.preset().Regions == nil {
		p.PathStyle = d.path
	}
	if p.Source == store.KeyOfAWS {
		p.AWSProfile = strings.TrimSpace(d.aws.Value())
		return p
	}
	p.AccessKey, p.Secret = strings.TrimSpace(d.key.Value()), strings.TrimSpace(d.secret.Value())
	return p
}

func (d *Connection) endpoint() (endpoint, region string) {
	p := d.preset()
	if p.Regions == nil {
		return strings.TrimRight(strings.TrimSpace(d.at.Value()), "/"), cmp.Or(strings.TrimSpace(d.region.Value()), p.Region)
	}
	region = p.Regions[d.regions[d.kind]]
	return p.Endpoint(region), region
}

// spaceNames are those of a list that was typed.
func spaceNames(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
}

// follow names a new connection after what it leads to, until a name is typed.
func (d *Connection) follow() {
	if d.named || !d.add {
		return
	}
	endpoint, region := d.endpoint()
	switch p := d.preset(); {
	case p.Kind == store.OceanKind:
		d.name.SetValue("do-" + region)
	case p.Regions != nil:
		d.name.SetValue(strings.ToLower(p.Kind) + "-" + region)
	default:
		_, host, ok := strings.Cut(endpoint, "://")
		if !ok {
			host = endpoint
		}
		host, _, _ = strings.Cut(host, "/")
		d.name.SetValue(strings.Map(func(r rune) rune {
			if r == ':' {
				return '-'
			}
			return r
		}, host))
	}
}

// edited is called when anything is another one: what was found out is old.
func (d *Connection) edited(*kit.Context) tea.Cmd {
	d.err, d.found = "", nil
	d.test.Cancel()
	return nil
}

// wrong says why the form will not do, "" when it will.
func (d *Connection) wrong() string {
	p := d.profile()
	if why := store.WrongProfile(p); why != "" {
		return why
	}
	secretKept := !d.add && d.was.Source == p.Source && d.was.AccessKey == p.AccessKey
	switch {
	case p.Source == store.KeyInKeyring && d.noKeyring != "":
		return d.noKeyring
	case p.Source != store.KeyOfAWS && p.Secret == "" && !secretKept:
		return "Write the secret of this access key."
	case p.KeepsToken && p.APIToken == "" && !d.was.KeepsToken:
		return "Write the API token, or leave it to the environment."
	}
	return ""
}

func (d *Connection) keep(c *kit.Context) tea.Cmd {
	if d.save.Busy() {
		return nil
	}
	if d.err = d.wrong(); d.err != "" {
		return nil
	}
	book, p, add := d.book, d.profile(), d.add
	return d.save.Start(c, d.id, func(ctx context.Context) (struct{}, error) { return struct{}{}, book.Save(ctx, p, add) })
}

func (d *Connection) try(c *kit.Context) tea.Cmd {
	if d.err, d.found = d.wrong(), nil; d.err != "" {
		return nil
	}
	book, p := d.book, d.profile()
	return d.test.Start(c, d.id, func(ctx context.Context) (store.Diagnosis, error) {
		return store.Diagnose(ctx, p, book.Draft), nil
	})
}

// mend takes over the setting that was proposed, and tries again.
func (d *Connection) mend(c *kit.Context) tea.Cmd {
	if d.found == nil || d.found.Fix == nil {
		return nil
	}
	p := d.found.Fix.On(d.profile())
	d.fill(p)
	return d.try(c)
}
