package server

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"spaces/server/inbound"
	"spaces/server/s3xml"
	"spaces/server/sigv4"
	"spaces/server/storage"
)

// Limits of what goes with an object (S3 user guide, "Working with object
// metadata", "Object tagging").
const (
	maxMetadata = 2 << 10 // bytes of names and values
	maxTags     = 10
	maxTagKey   = 128 // characters
	maxTagValue = 256
)

// defaultType is the Content-Type of objects whose writer named none.
const defaultType = "binary/octet-stream"

// storedHeaders are the headers of a write that its object is served with.
var storedHeaders = []string{
	"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires", hRedirect,
}

// readAttrs reads what the headers of a write say of the object.
func (c *call) readAttrs() (a storage.Attrs, err error) {
	if a, err = storedAttrs(c.in.Header); err != nil {
		return a, err
	}
	if a.Tags, err = c.givenTags(); err != nil {
		return a, err
	}
	if a.Lock, err = c.readLock(); err != nil {
		return a, err
	}
	a.ACL, err = c.headerACL(object)
	return a, err
}

// storedAttrs reads what the object is served with, and its class.
func storedAttrs(h http.Header) (a storage.Attrs, err error) {
	a.Headers = make(map[string]string, 2)
	for _, name := range storedHeaders {
		v := h.Get(name)
		if name == "Content-Encoding" {
			v, _ = sigv4.Codings(h)
		}
		if v != "" {
			a.Headers[name] = v
		}
	}
	if a.Headers["Content-Type"] == "" {
		a.Headers["Content-Type"] = defaultType
	}
	if v := a.Headers[hRedirect]; v != "" && !validRedirect(v) {
		return a, refuse("InvalidRedirectLocation")
	}
	if a.Meta, err = readMeta(h); err != nil {
		return a, err
	}
	a.Class, err = readClass(h.Get(hStorageClass))
	return a, err
}

func validRedirect(v string) bool {
	return strings.HasPrefix(v, "/") || strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://")
}

func readMeta(h http.Header) (meta map[string]string, err error) {
	for name, values := range h {
		if len(name) < len(metaPrefix) || !strings.EqualFold(name[:len(metaPrefix)], metaPrefix) {
			continue
		}
		name = strings.ToLower(name[len(metaPrefix):])
		value := strings.Join(values, ",")
		if meta == nil {
			meta = map[string]string{}
		}
		meta[name] = value
	}
	return meta, checkMetaSize(meta)
}

func checkMetaSize(meta map[string]string) error {
	size := 0
	for name, value := range meta {
		size += len(name) + len(value)
	}
	if size > maxMetadata {
		return refuse("MetadataTooLarge").with("Size", strconv.Itoa(size)).with("MaxSizeAllowed", strconv.Itoa(maxMetadata))
	}
	return nil
}

// storageClasses are those that objects can be read from at once. All are
// stored alike; the name is kept.
var storageClasses = map[string]bool{
	"REDUCED_REDUNDANCY": true, "STANDARD_IA": true, "ONEZONE_IA": true, "INTELLIGENT_TIERING": true, "GLACIER_IR": true,
}

func readClass(v string) (string, error) {
	switch {
	case v == "" || v == "STANDARD":
		return "", nil
	case storageClasses[v]:
		return v, nil
	}
	return "", refuse("InvalidStorageClass").with("StorageClassRequested", v)
}

// className is the name of a class in documents.
func className(class string) string {
	if class == "" {
		return "STANDARD"
	}
	return class
}

// givenTags are the tags that a write asks for: of x-amz-tagging, or of the
// document in a form.
func (c *call) givenTags() (map[string]string, error) {
	if c.form != nil && c.form.has("tagging") {
		return c.form.tags, nil
	}
	return parseTags(c.in.Header.Get(hTagging))
}

// asksForTags says whether there are any to be asked for, well-formed or not.
func (c *call) asksForTags() bool {
	return c.in.Header.Get(hTagging) != "" || c.form != nil && len(c.form.tags) > 0
}

// parseTags reads x-amz-tagging, which is encoded like a query.
func parseTags(encoded string) (map[string]string, error) {
	if encoded == "" {
		return nil, nil
	}
	tags := map[string]string{}
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := inbound.Unescape(key, true)
		if err != nil || key == "" {
			return nil, errTagHeader(encoded)
		}
		pairs := strings.Contains(value, "=") // not separated by &, or not escaped
		if value, err = inbound.Unescape(value, true); err != nil || pairs && !tagText(value) {
			return nil, errTagHeader(encoded)
		}
		if _, repeated := tags[key]; repeated {
			return nil, errTagHeader(encoded)
		}
		if err := addTag(tags, key, value); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

func errTagHeader(value string) *Error {
	return errInvalidArgument("x-amz-tagging", value, "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.")
}

// addTag adds a tag to the set of an object, or says why it cannot be there.
func addTag(tags map[string]string, key, value string) error {
	return addTagUpTo(maxTags, tags, key, value)
}

func addTagUpTo(limit int, tags map[string]string, key, value string) error {
	switch _, repeated := tags[key]; {
	case repeated:
		return refusef("InvalidTag", "Cannot provide multiple Tags with the same key").with("TagKey", s3xml.Printable(key))
	case len(tags) == limit:
		return tooManyTags(limit)
	case key == "" || utf8.RuneCountInString(key) > maxTagKey || !tagText(key):
		return refusef("InvalidTag", "The TagKey you have provided is invalid").with("TagKey", s3xml.Printable(key))
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return errSystemTag(limit).with("TagKey", s3xml.Printable(key))
	case utf8.RuneCountInString(value) > maxTagValue || !tagText(value):
		return refusef("InvalidTag", "The TagValue you have provided is invalid").with("TagKey", s3xml.Printable(key)).with("TagValue", s3xml.Printable(value))
	}
	tags[key] = value
	return nil
}

// tooManyTags is what S3 answers to more tags than an object or a Space may have.
func tooManyTags(limit int) error {
	if limit == maxSpaceTags {
		return refusef("BadRequest", "Bucket tag count cannot be greater than %d", limit)
	}
	return refusef("InvalidTag", "Object tags cannot be greater than %d", limit)
}

// errSystemTag is what S3 answers to a tag that only it may give.
func errSystemTag(limit int) *Error {
	if limit == maxSpaceTags {
		return refusef("InvalidTag", "System tags cannot be added/updated by requester")
	}
	return refusef("InvalidTag", "Your TagKey cannot be prefixed with aws:")
}

// tagText says whether only letters, digits, spaces and + - = . _ : / @ are in s.
func tagText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune("+-=._:/@", r) {
			return false
		}
	}
	return true
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }
