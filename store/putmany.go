package store

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Packed is a small object for PutMany. Its access must be that of all the others.
type Packed struct {
	Key   string
	Body  []byte
	Props Props
}

// Placed is what became of one in a PutMany.
type Placed struct {
	Info Info
	Err  error // why it was not stored
}

// mostPacked are the objects of a request (README, "What it understands of S3").
const mostPacked = 2000

// CanPutMany says whether PutMany is worth trying: the endpoint is this program's server, and has said that it has it.
// One that has not would store the archive.
func (s *Store) CanPutMany() bool {
	return !s.learned.noPacks.Load() && (s.Embedded() || s.isOurs() && s.learned.packs.Load())
}

// packMember tells of a member that was stored, or with a Code why it was not.
type packMember struct {
	XMLName                  xml.Name
	Key, ETag, Code, Message string
	Size                     int64
	LastModified             time.Time
}

// PutMany stores up to 2000 small objects by one request, which is in memory meanwhile, and gives what became of each in
// their order. With guard one is stored only where there is nothing at its key: else Precondition. It is Unsupported where
// the endpoint has no such request. The error that it returns itself means that nothing is known of any.
func (s *Store) PutMany(ctx context.Context, space string, list []Packed, guard bool) ([]Placed, error) {
	op := fmt.Sprintf("put %d objects in", len(list))
	if !s.CanPutMany() || len(list) > mostPacked {
		return nil, &Error{Op: op, Ref: Ref{Space: space}, Kind: Unsupported, Err: Unsupported}
	}
	out := make([]Placed, len(list))
	archive, scratch := make([]byte, 0, tarSizeOf(list)), []byte(nil)
	sent := make([]int, 0, len(list))
	for i := range list {
		p := &list[i]
		if out[i].Err = p.packable(); out[i].Err != nil {
			out[i].Err = s.wrap("put", Ref{Space: space, Key: p.Key}, out[i].Err)
			continue
		}
		archive, scratch = p.appendTo(archive, scratch)
		sent = append(sent, i)
	}
	if len(sent) == 0 {
		return out, nil
	}
	archive = append(archive, tarEnding[:]...)
	first := &list[sent[0]]
	in := &s3.PutObjectInput{Bucket: &space, Key: &first.Key, ContentLength: aws.Int64(int64(len(archive))), ACL: s.canned(first.Props.Access),
		ContentType: aws.String("application/x-tar"), Metadata: map[string]string{"snowball-auto-extract": "true", "snowball-tell": "true"}}
	if guard {
		in.IfNoneMatch = aws.String("*")
	}
	said, err := s.putPack(ctx, in, archive)
	if err != nil {
		if err = s.wrap(op, Ref{Space: space}, err); KindOf(err) == Unsupported {
			s.learned.noPacks.Store(true)
		}
		return nil, err
	}
	if err := s.place(space, list, sent, said, out); err != nil {
		return nil, s.wrap(op, Ref{Space: space}, err)
	}
	return out, nil
}

// putPack sends an archive. Its key is that of a member: whoever may write that may send it.
func (s *Store) putPack(ctx context.Context, in *s3.PutObjectInput, archive []byte) (said packResult, err error) {
	answer := extension{name: "PutObjectExtract", result: &said}
	err = s.sendBody(*in.Bucket, func(o ...func(*s3.Options)) error {
		in.Body = bytes.NewReader(archive)
		_, err := s.api.PutObject(ctx, in, append(o, func(o *s3.Options) {
			o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
				return stack.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("Pack", answer.read), "OperationDeserializer", middleware.After)
			})
		})...)
		return err
	})
	return said, err
}

// place gives what the endpoint tells of each that was sent.
func (s *Store) place(space string, list []Packed, sent []int, said packResult, out []Placed) error {
	if len(said.Members) != len(sent) {
		return fmt.Errorf("%d objects were sent, and the endpoint tells of %d", len(sent), len(said.Members))
	}
	for n, i := range sent {
		m, r := &said.Members[n], Ref{Space: space, Key: list[i].Key}
		switch {
		case m.Key != r.Key:
			return fmt.Errorf("the endpoint tells of %q, where %q was sent", m.Key, r.Key)
		case m.Code != "":
			out[i].Err = s.wrap("put", r, &smithy.GenericAPIError{Code: m.Code, Message: m.Message})
		default:
			out[i].Info = Info{Ref: r, Size: m.Size, ETag: bareETag(&m.ETag), Modified: m.LastModified, Props: list[i].Props}
		}
	}
	return nil
}

// packable says why an object has to go by itself: its key would not come out of the archive, or of the answer, as it is.
func (p *Packed) packable() error {
	if !inXML(p.Key) || p.Key == "" || strings.HasSuffix(p.Key, "/") || strings.HasPrefix(p.Key, "/") || strings.HasPrefix(p.Key, "./") {
		return Unsupported
	}
	return p.Props.check()
}
