package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// What tags of an object may be (S3: Categorizing your storage using tags). Characters count as UTF-16 has them.
const (
	MaxTags     = 10
	maxTagKey   = 128
	maxTagValue = 256
)

// HasTags says whether objects can have tags here, as far as is known: the endpoint may have said that they cannot.
func (s *Store) HasTags() bool { return !s.learned.noTags.Load() }

// tagless is wrap, and notes an endpoint that has no tags.
func (s *Store) tagless(op string, r Ref, err error) error {
	err = s.wrap(op, r, err)
	if errors.Is(err, Unsupported) {
		s.learned.noTags.Store(true)
	}
	return err
}

// Tags of an object.
func (s *Store) Tags(ctx context.Context, r Ref) (map[string]string, error) {
	return s.TagsOf(ctx, r, "")
}

// TagsOf are the tags of a version, of the current one where version is "".
func (s *Store) TagsOf(ctx context.Context, r Ref, version string) (map[string]string, error) {
	out, err := s.api.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &r.Space, Key: &r.Key, VersionId: optional(version)})
	switch {
	case isUnset(err): // versitygw says so of an object without tags, where S3 answers with an empty set
		return map[string]string{}, nil
	case err != nil:
		return nil, s.tagless("read tags of", r, err)
	}
	tags := make(map[string]string, len(out.TagSet))
	for _, t := range out.TagSet {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}

// SetTags replaces all tags of an object.
func (s *Store) SetTags(ctx context.Context, r Ref, tags map[string]string) error {
	if len(tags) == 0 {
		_, err := s.api.DeleteObjectTagging(ctx, &s3.DeleteObjectTaggingInput{Bucket: &r.Space, Key: &r.Key})
		return s.tagless("remove tags of", r, err)
	}
	set := make([]types.Tag, 0, len(tags))
	for name, value := range tags {
		set = append(set, types.Tag{Key: aws.String(name), Value: aws.String(value)})
	}
	_, err := s.api.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: &r.Space, Key: &r.Key, Tagging: &types.Tagging{TagSet: set}})
	return s.tagless("set tags of", r, err)
}

// CheckTags says why a set of tags cannot be given to an object; nil: it can.
func CheckTags(tags map[string]string) error {
	if len(tags) > MaxTags {
		return fmt.Errorf("an object has at most %d tags, these are %d", MaxTags, len(tags))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if err := CheckTag(key, tags[key]); err != nil {
			return err
		}
	}
	return nil
}

// CheckTag says why something cannot be a tag; nil: it can.
func CheckTag(key, value string) error {
	switch {
	case key == "":
		return errors.New("a tag needs a name")
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return errors.New("names that begin with aws: are S3's own")
	case utf16Len(key) > maxTagKey:
		return fmt.Errorf("the name of a tag has at most %d characters, this has %d", maxTagKey, utf16Len(key))
	case utf16Len(value) > maxTagValue:
		return fmt.Errorf("the value of a tag has at most %d characters, this has %d", maxTagValue, utf16Len(value))
	}
	for _, text := range []string{key, value} {
		if i := strings.IndexFunc(text, notInTag); i >= 0 {
			_, n := utf8.DecodeRuneInString(text[i:])
			return fmt.Errorf("%q cannot be in a tag: letters, digits, spaces and + - = . _ : / @ can", text[i:i+n])
		}
	}
	return nil
}

func notInTag(r rune) bool {
	return r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune("+-=._:/@", r)
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
