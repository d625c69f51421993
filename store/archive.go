package store

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
)

// archived is the kind of archive that a folder comes as: everybody can open one.
const archived = "zip"

// GivesArchives says whether the endpoint may give folders as archives: this program's server does, unless it is one of
// before, which CheckArchive finds.
func (s *Store) GivesArchives() bool { return s.isOurs() }

// NoArchives is why folders are not to be had as archives where they are not.
const NoArchives = "only spaces serve gives a folder as one file"

// ArchiveName is what the archive of a folder is called, whose key is "" or ends in a slash.
func ArchiveName(folder Ref) string {
	if strings.Trim(folder.Key, "/") == "" { // all, or a folder without a name
		return folder.Space + "." + archived
	}
	return path.Base(folder.Key) + "." + archived
}

// archiveOf is the request for a folder, as an extension of what the SDK takes for a HeadBucket.
func archiveOf(folder Ref, name, method string) extension {
	q := "archive=" + archived + "&prefix=" + strings.ReplaceAll(url.QueryEscape(folder.Key), "+", "%20")
	return extension{name: name, method: method, query: q}
}

func (e extension) onlyWrites(stack *middleware.Stack) error {
	return stack.Serialize.Insert(middleware.SerializeMiddlewareFunc("Extension", e.write), "OperationSerializer", middleware.After)
}

// CheckArchive asks whether a folder is to be had as an archive: Unsupported where the endpoint gives none, NotFound
// where nothing is in it, Denied where something is not to be read.
func (s *Store) CheckArchive(ctx context.Context, folder Ref) error {
	const does = "share"
	if !s.GivesArchives() {
		return noArchives(does, folder)
	}
	e := archiveOf(folder, "HeadArchive", http.MethodHead)
	out, err := s.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &folder.Space}, func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.onlyWrites) })
	if err != nil {
		return s.wrap(does, folder, err)
	}
	if kind := headerOf(out.ResultMetadata).Get("Content-Type"); kind != "application/"+archived {
		return noArchives(does, folder) // it took the request for one of S3's
	}
	return nil
}

func noArchives(does string, folder Ref) error {
	return &Error{Op: does, Ref: folder, Kind: Unsupported, Err: &cause{text: NoArchives, err: Unsupported, advice: "Share the files in it, or download the folder."}}
}

// ShareFolder signs a link by which anybody gets a folder as an archive until it expires, as of Share. That there is one
// now was asked for: see CheckArchive.
func (s *Store) ShareFolder(ctx context.Context, folder Ref, life time.Duration) (Link, error) {
	if err := s.CheckArchive(ctx, folder); err != nil {
		return Link{}, err
	}
	life = lifeOf(life)
	e := archiveOf(folder, "GetArchive", http.MethodGet)
	signed, err := s.links.PresignHeadBucket(ctx, &s3.HeadBucketInput{Bucket: &folder.Space}, s3.WithPresignExpires(life),
		s3.WithPresignClientFromClientOptions(func(o *s3.Options) { o.APIOptions = append(o.APIOptions, e.onlyWrites) }))
	if err != nil {
		return Link{}, s.wrap("share", folder, err)
	}
	link, err := s.linkOf(ctx, signed.URL, life)
	return link, s.wrap("share", folder, err)
}
