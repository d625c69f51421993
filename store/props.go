package store

import (
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// tagging is a tag set as the x-amz-tagging header wants it: a query string, in a stable order.
func tagging(tags map[string]string) *string {
	if len(tags) == 0 {
		return nil
	}
	pairs := make([]string, 0, len(tags))
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(tags[name]))
	}
	return aws.String(strings.ReplaceAll(strings.Join(pairs, "&"), "+", "%20")) // Ceph keeps a plus as one
}

// canned is the x-amz-acl header of an access, "" for none.
func (s *Store) canned(a Access) types.ObjectCannedACL {
	if a == PublicRead {
		return types.ObjectCannedACLPublicRead
	}
	return "" // private is what every endpoint does by itself, and some refuse to hear it
}

// withExpires sends an Expires header exactly as it is: the SDK's field would change what is not a date.
func withExpires(value string) func(*s3.Options) {
	return func(o *s3.Options) {
		if value != "" {
			o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("Expires", value))
		}
	}
}

// check refuses what cannot be a header before anything is sent.
func (p *Props) check() error {
	values := []string{p.ContentType, p.CacheControl, p.ContentEncoding, p.ContentDisposition, p.ContentLanguage, p.Expires}
	for name, value := range p.Meta {
		if name == "" || strings.ContainsFunc(name, notInToken) {
			return &Error{Op: "set metadata", Kind: InvalidName, Err: fmt.Errorf("%q cannot be the name of metadata", name)}
		}
		values = append(values, value)
	}
	for _, value := range values {
		if hasControl(value) {
			return &Error{Op: "set metadata", Kind: InvalidName, Err: fmt.Errorf("%q contains control characters", value)}
		}
	}
	return nil
}

// notInToken: RFC 9110, 5.6.2.
func notInToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

// infoOfHead and infoOfGet read the same facts from two answers.
func infoOfHead(r Ref, o *s3.HeadObjectOutput) Info {
	return Info{
		Ref: r, Size: aws.ToInt64(o.ContentLength), ETag: bareETag(o.ETag), Modified: aws.ToTime(o.LastModified),
		Props: Props{ContentType: aws.ToString(o.ContentType), CacheControl: aws.ToString(o.CacheControl),
			ContentEncoding: aws.ToString(o.ContentEncoding), ContentDisposition: aws.ToString(o.ContentDisposition),
			ContentLanguage: aws.ToString(o.ContentLanguage), Expires: aws.ToString(o.ExpiresString), Meta: plainMeta(o.Metadata)},
		Checksum: checksumOf(o.ChecksumType, o.ChecksumCRC64NVME, o.ChecksumCRC32C, o.ChecksumCRC32, o.ChecksumSHA256, o.ChecksumSHA1),
		Class:    string(o.StorageClass), TagCount: int(aws.ToInt32(o.TagCount)),
		Sealed: isSealed(o.ServerSideEncryption, o.SSECustomerAlgorithm),
	}
}

func infoOfGet(r Ref, o *s3.GetObjectOutput) Info {
	return Info{
		Ref: r, Size: aws.ToInt64(o.ContentLength), ETag: bareETag(o.ETag), Modified: aws.ToTime(o.LastModified),
		Props: Props{ContentType: aws.ToString(o.ContentType), CacheControl: aws.ToString(o.CacheControl),
			ContentEncoding: aws.ToString(o.ContentEncoding), ContentDisposition: aws.ToString(o.ContentDisposition),
			ContentLanguage: aws.ToString(o.ContentLanguage), Expires: aws.ToString(o.ExpiresString), Meta: plainMeta(o.Metadata)},
		Checksum: checksumOf(o.ChecksumType, o.ChecksumCRC64NVME, o.ChecksumCRC32C, o.ChecksumCRC32, o.ChecksumSHA256, o.ChecksumSHA1),
		Class:    string(o.StorageClass), TagCount: int(aws.ToInt32(o.TagCount)),
		Sealed: isSealed(o.ServerSideEncryption, o.SSECustomerAlgorithm),
	}
}

// plainMeta reads the values of user metadata, which S3 answers encoded as RFC 2047 has it when
// they are not ASCII. What is no such encoding stays as it is.
func plainMeta(meta map[string]string) map[string]string {
	for name, value := range meta {
		if plain, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
			meta[name] = plain
		}
	}
	return meta
}

func checksumOf(kind types.ChecksumType, values ...*string) Checksum {
	for i, name := range []string{"CRC64NVME", "CRC32C", "CRC32", "SHA256", "SHA1"} {
		if values[i] != nil {
			return Checksum{Algorithm: name, Type: string(kind), Value: *values[i]}
		}
	}
	return Checksum{}
}

func isSealed(kind types.ServerSideEncryption, customer *string) bool {
	return kind != "" && kind != types.ServerSideEncryptionAes256 || aws.ToString(customer) != ""
}
