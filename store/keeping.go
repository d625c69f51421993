package store

import "context"

// Keeping is what files of a Space can have beside their content, headers and metadata.
type Keeping struct{ Access, Tags bool }

// nobody is a key that there is hardly ever: an endpoint that has no such thing says so of it too.
const nobody = ".spaces/there is no such file"

// Keeps asks what files of a Space can have. Nothing is written: an endpoint that knows permissions and tags says of a key
// that there is not that it is not there, and one that does not know them says that. One that takes them and keeps none
// is told by nothing but a look at what came out.
func (s *Store) Keeps(ctx context.Context, space string) (Keeping, error) {
	k := Keeping{Access: s.HasAccess(), Tags: s.HasTags()}
	if s.isOurs() {
		return k, nil
	}
	r := Ref{Space: space, Key: nobody}
	if k.Access {
		_, err := s.Access(ctx, r)
		switch kind := KindOf(err); kind {
		case Unsupported:
			k.Access = false
		case NoSpace, Unreachable, Canceled, BadCredentials, Throttled:
			return k, err
		default:
			k.Access = !s.enforced(ctx, space)
		}
	}
	if k.Tags {
		_, err := s.Tags(ctx, r)
		k.Tags = KindOf(err) != Unsupported
	}
	return k, nil
}
