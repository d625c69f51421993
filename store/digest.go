package store

import (
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// A Space that keeps what is written into it for a time, by Object Lock, takes no body without a digest (S3 user guide,
// "Uploading objects to an Object Lock enabled bucket"). The hash in a signature does not count there. Bodies are read
// once more for it, so it is sent only where it was asked for.

// sendBody sends a body to a Space: again with its MD5 where the Space wants one. send makes its request anew each time.
func (s *Store) sendBody(space string, send func(o ...func(*s3.Options)) error) error {
	_, wanted := s.learned.digests.Load(space)
	if !wanted {
		err := send(s.unsigned)
		if !wantsDigest(err) {
			return err
		}
		s.learned.digests.Store(space, true)
	}
	return send(s.unsigned, func(o *s3.Options) {
		o.APIOptions = append(o.APIOptions, smithyhttp.AddContentChecksumMiddleware)
	})
}

// wantsDigest says whether a body was refused for having none.
func wantsDigest(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "InvalidRequest" && strings.Contains(api.ErrorMessage(), "Content-MD5")
}
