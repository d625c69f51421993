package store

import (
	"context"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// GetArchive opens a folder as an archive, a zip, that the endpoint makes as it sends it: see CheckArchive. Nothing tells
// how long it is. One that is cut short fails with an *Error; it must be closed.
func (s *Store) GetArchive(ctx context.Context, folder Ref) (io.ReadCloser, error) {
	const does = "get the archive of"
	if !s.GivesArchives() {
		return nil, noArchives(does, folder)
	}
	var archive io.ReadCloser
	e := archiveOf(folder, getArchive, http.MethodGet)
	e.open = func(h http.Header, b io.ReadCloser) error {
		if h.Get("Content-Type") != "application/"+archived {
			b.Close()
			return noArchives(does, folder) // it took the request for one of S3's
		}
		archive = b
		return nil
	}
	_, err := s.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &folder.Space}, func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.addTo) })
	if err != nil {
		if archive != nil {
			archive.Close()
		}
		return nil, s.wrap(does, folder, err)
	}
	return &body{ReadCloser: archive, store: s, ref: folder}, nil
}
