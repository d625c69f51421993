package server

import (
	"slices"
	"strings"

	"spaces/server/storage"
)

// The groups of S3 (user guide, "Amazon S3 predefined groups").
const (
	allUsers           = "http://acs.amazonaws.com/groups/global/AllUsers"
	authenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	logDelivery        = "http://acs.amazonaws.com/groups/s3/LogDelivery"
)

// grantee is whom a grant is for. There are no other accounts than the owner's.
type grantee byte

const (
	toOwner         grantee = 'o'
	toAll           grantee = 'e' // everybody
	toAuthenticated grantee = 'a'
	toLogs          grantee = 'l'
)

var groups = map[string]grantee{allUsers: toAll, authenticatedUsers: toAuthenticated, logDelivery: toLogs}

func (g grantee) uri() string {
	for uri, who := range groups {
		if who == g {
			return uri
		}
	}
	return ""
}

// permission is what a grant allows (user guide, "What permissions can I grant?").
type permission byte

const (
	mayAll      permission = 'F'
	mayRead     permission = 'R'
	mayWrite    permission = 'W'
	mayReadACP  permission = 'r'
	mayWriteACP permission = 'w'
)

var permissions = map[string]permission{
	"FULL_CONTROL": mayAll, "READ": mayRead, "WRITE": mayWrite, "READ_ACP": mayReadACP, "WRITE_ACP": mayWriteACP,
}

func (p permission) String() string {
	for name, k := range permissions {
		if k == p {
			return name
		}
	}
	return ""
}

// grant is an entry of an access control list.
type grant struct {
	to  grantee
	may permission
}

// grants is an access control list in the order it was given in. None at all
// is a list, too: the owner does not need one.
type grants []grant

// grantsMark begins a stored list that no canned ACL has a name for; pairs of
// grantee and permission follow, a byte each.
const grantsMark = "="

var (
	ownerOnly  = grants{{toOwner, mayAll}}
	publicRead = grants{{toAll, mayRead}, {toOwner, mayAll}}
)

// stored gives the form in which the engine keeps a list. Repeated grants are
// kept once.
func (l grants) stored() storage.ACL {
	switch {
	case slices.Equal(l, ownerOnly):
		return storage.Private
	case slices.Equal(l, publicRead):
		return storage.PublicRead
	}
	b := []byte(grantsMark)
	for i, g := range l {
		if !slices.Contains(l[:i], g) {
			b = append(b, byte(g.to), byte(g.may))
		}
	}
	return storage.ACL(b)
}

// grantsOf reads what stored made. What cannot be read grants nobody anything.
func grantsOf(acl storage.ACL) grants {
	pairs, ok := strings.CutPrefix(string(acl), grantsMark)
	switch {
	case acl == storage.PublicRead:
		return publicRead
	case !ok || len(pairs)%2 != 0:
		return ownerOnly
	}
	l := make(grants, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		l = append(l, grant{grantee(pairs[i]), permission(pairs[i+1])})
	}
	return l
}

// allow says whether the stored list lets somebody who is not the owner do
// what needs the permission. It is asked at every anonymous request.
func allow(acl storage.ACL, need permission, anonymous bool) bool {
	pairs, ok := strings.CutPrefix(string(acl), grantsMark)
	if !ok {
		return acl == storage.PublicRead && need == mayRead
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		to, may := grantee(pairs[i]), permission(pairs[i+1])
		if (to == toAll || to == toAuthenticated && !anonymous) && (may == mayAll || may == need) {
			return true
		}
	}
	return false
}

// public says whether the list gives a group of people anything (user guide,
// "Blocking public access", "The meaning of public").
func public(acl storage.ACL) bool {
	for _, g := range grantsOf(acl) {
		if g.to == toAll || g.to == toAuthenticated {
			return true
		}
	}
	return false
}

// private says whether nobody but the owner is in the list.
func private(acl storage.ACL) bool {
	return !slices.ContainsFunc(grantsOf(acl), func(g grant) bool { return g.to != toOwner })
}

// canned gives the list of a canned ACL for the scope (user guide, "Canned
// ACL"). Its groups come before the owner, as Ceph has them: its clients read
// lists in that order, and some cannot read another (s3-tests sort what begins
// with the owner by names, which groups do not have). Amazon puts the owner first.
// Lists of grants keep the order that they were given in, as on Amazon. The two that give the owner of the Space rights say nothing here,
// where that owner owns the object as well.
func canned(name string, sc scope) (grants, error) {
	with := func(groups ...grant) grants { return append(groups, ownerOnly...) }
	switch name {
	case "private", "bucket-owner-full-control", "bucket-owner-read":
		return ownerOnly, nil
	case "public-read":
		return publicRead, nil
	case "public-read-write":
		return with(grant{toAll, mayRead}, grant{toAll, mayWrite}), nil
	case "authenticated-read":
		return with(grant{toAuthenticated, mayRead}), nil
	case "log-delivery-write":
		if sc == space {
			return with(grant{toLogs, mayWrite}, grant{toLogs, mayReadACP}), nil
		}
	case "aws-exec-read":
		return nil, errNotImplemented("The canned ACL " + name)
	}
	return nil, errInvalidArgument("x-amz-acl", name, "The canned ACL is not one of those that S3 knows.")
}
