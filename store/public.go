package store

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"golang.org/x/sync/errgroup"
)

// Exposure is what lets everybody into a Space: its own permissions, and statements of its policy.
type Exposure struct {
	Space         string
	Listing       Access      // by the permissions of the Space; "" where the endpoint has none
	Grants        []string    // what those let everybody do: "READ", "WRITE"…; READ of a Space is listing
	Statements    []Statement // those that let everybody list it or read of it
	Unread        error       // why the policy says nothing that is known; nil: it was read
	NoPermissions bool        // those of objects mean nothing: there are none, or they are switched off
	NoPolicy      bool        // the policy lets nobody in that is not known (S3: "RestrictPublicBuckets")
}

// Exposure asks for the permissions, the policy and what blocks both. An error is of the first two; an endpoint that has one
// of them only has that looked at.
func (s *Store) Exposure(ctx context.Context, space string) (Exposure, error) {
	x := Exposure{Space: space}
	acl, err := s.acl(ctx, Ref{Space: space}, "")
	err = s.wrap("read permissions of", Ref{Space: space}, err)
	switch KindOf(err) {
	case "":
		x.Listing, x.Grants = accessOf(acl), granted(acl)
	case Unsupported:
		x.NoPermissions = true
	default:
		return x, err
	}
	p, err := s.Policy(ctx, space)
	switch KindOf(err) {
	case "":
		x.read(p.Text)
	case Unsupported:
	case Denied:
		x.Unread = err
	default:
		return x, err
	}
	if s.enforced(ctx, space) {
		x.NoPermissions = true
	}
	s.blocked(ctx, &x)
	return x, ctx.Err()
}

// read takes the statements that let everybody in.
func (x *Exposure) read(policy string) {
	if policy == "" {
		return
	}
	list, err := ReadPolicy(policy)
	if err != nil {
		x.Unread = err
	}
	for _, st := range list {
		if lists, reads := st.Opens(x.Space); lists || reads {
			x.Statements = append(x.Statements, st)
		}
	}
}

// blocked asks what a block of public access takes back (S3 user guide, "Blocking public access"). Where there is none it
// takes nothing.
func (s *Store) blocked(ctx context.Context, x *Exposure) {
	out, err := s.api.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &x.Space})
	if err != nil || out.PublicAccessBlockConfiguration == nil {
		return
	}
	b := out.PublicAccessBlockConfiguration
	x.NoPermissions = x.NoPermissions || aws.ToBool(b.IgnorePublicAcls)
	x.NoPolicy = aws.ToBool(b.RestrictPublicBuckets)
}

// Lists are the reasons for which everybody can list the Space, in words; none: nobody can.
func (x Exposure) Lists() (why []string) {
	if may(x.Grants, types.PermissionRead) && !x.NoPermissions {
		why = append(why, "its permissions")
	}
	for _, st := range x.opening() {
		if lists, _ := st.Opens(x.Space); lists {
			why = append(why, st.words())
		}
	}
	return why
}

// Reads are the reasons for which everybody can read objects, as far as the policy says so.
func (x Exposure) Reads() (why []string) {
	for _, st := range x.opening() {
		if _, reads := st.Opens(x.Space); reads {
			why = append(why, st.words()+" on "+strings.ReplaceAll(strings.Join(st.Resources, ", "), "arn:aws:s3:::", ""))
		}
	}
	return why
}

// Writes says whether everybody can write into the Space by its permissions.
func (x Exposure) Writes() bool { return may(x.Grants, types.PermissionWrite) && !x.NoPermissions }

// everyAccount is the group of all who have an account anywhere (S3: Access control list overview): everybody, that is.
const everyAccount = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"

// granted are the permissions that a list of grants gives to everybody.
func granted(acl types.AccessControlPolicy) (list []string) {
	for _, g := range acl.Grants {
		if g.Grantee != nil && (aws.ToString(g.Grantee.URI) == everybody || aws.ToString(g.Grantee.URI) == everyAccount) {
			list = append(list, string(g.Permission))
		}
	}
	return list
}

func may(granted []string, p types.Permission) bool {
	return slices.Contains(granted, string(p)) || slices.Contains(granted, string(types.PermissionFullControl))
}

func (x Exposure) opening() []Statement {
	if x.NoPolicy {
		return nil
	}
	return x.Statements
}

func (s Statement) words() string {
	text := "policy"
	if s.Sid != "" {
		text += " " + s.Sid
	}
	if s.Conditions {
		text += " (under conditions)"
	}
	return text
}

// PublicEntry is an object that everybody can read, and why. ByPermissions: its own permissions are among the reasons.
type PublicEntry struct {
	Entry
	Why           []string
	ByPermissions bool
}

// publicAtOnce is how many objects are asked about at the same time.
const publicAtOnce = 8

// PublicAmong says which of some objects of the Space everybody can read. An object that is gone is none. unknown counts
// those of which the endpoint did not say.
func (s *Store) PublicAmong(ctx context.Context, x Exposure, entries []Entry) (public []PublicEntry, unknown int, err error) {
	found := make([]PublicEntry, len(entries))
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(publicAtOnce)
	for i, e := range entries {
		found[i].Entry = e
		for _, st := range x.opening() {
			if _, reads := st.Opens(x.Space); reads && st.Covers(Ref{x.Space, e.Key}) {
				found[i].Why = append(found[i].Why, st.words())
			}
		}
		if x.NoPermissions {
			continue
		}
		g.Go(func() error {
			defer Caught(ctx)
			r := Ref{x.Space, e.Key}
			acl, err := s.acl(ctx, r, "")
			err = s.wrap("read permissions of", r, err)
			switch KindOf(err) {
			case "":
				if may(granted(acl), types.PermissionRead) {
					found[i].Why, found[i].ByPermissions = append(found[i].Why, "its permissions"), true
				}
			case NotFound:
				found[i].Why = nil
			case Canceled, Unreachable, Throttled:
				return err
			default:
				mu.Lock()
				unknown++
				mu.Unlock()
			}
			return nil
		})
	}
	err = g.Wait()
	for _, f := range found {
		if len(f.Why) > 0 {
			public = append(public, f)
		}
	}
	return public, unknown, err
}
