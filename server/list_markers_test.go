package server_test

import (
	"strings"
	"testing"
)

// TestAMarkerInsideACommonPrefixIsAfterIt begins pages at keys that are no rows.
func TestAMarkerInsideACommonPrefixIsAfterIt(t *testing.T) {
	f := withVersions(t)
	f.fill("dir/sub/1", "dir/sub/2", "dir/x", "dir/y")
	query := "?prefix=dir/&delimiter=/"
	for _, marker := range []string{"dir/sub/", "dir/sub/1", "dir/sub/2", "dir/sub/zz"} {
		a := f.page(query+"&marker="+marker, []string{"dir/x", "dir/y"}, nil, false)
		if first(a.body, "Marker") != marker {
			t.Error(a.body)
		}
		a = f.page(query+"&list-type=2&start-after="+marker, []string{"dir/x", "dir/y"}, nil, false)
		if first(a.body, "StartAfter") != marker {
			t.Error(a.body)
		}
		a = f.wantVersions("&prefix=dir/&delimiter=/&key-marker="+marker, "dir/x 1 true", "dir/y 1 true")
		if first(a.body, "KeyMarker") != marker || strings.Contains(a.body, "CommonPrefixes") {
			t.Error(a.body)
		}
	}
	f.page(query+"&marker=dir/su", []string{"dir/x", "dir/y"}, []string{"dir/sub/"}, false)
	f.page("?prefix=dir/&marker=dir/sub/1", []string{"dir/sub/2", "dir/x", "dir/y"}, nil, false)
	f.page("?prefix=dir/sub/&delimiter=/&marker=dir/sub/1", []string{"dir/sub/2"}, nil, false)
}

// TestNextMarkerGoesWithADelimiter: without one, the last key is the marker
// (ListObjects, NextMarker).
func TestNextMarkerGoesWithADelimiter(t *testing.T) {
	f := withSpace(t)
	f.fill("a b", "c/d", "e")
	if a := f.page("?max-keys=1", []string{"a b"}, nil, true); strings.Contains(a.body, "NextMarker") {
		t.Error(a.body)
	}
	a := f.page("?max-keys=1&delimiter=/&encoding-type=url", []string{"a%20b"}, nil, true)
	if first(a.body, "NextMarker") != "a%20b" {
		t.Error(a.body)
	}
	a = f.page("?max-keys=2&delimiter=/", []string{"a b"}, []string{"c/"}, true)
	if first(a.body, "NextMarker") != "c/" {
		t.Error(a.body)
	}
	if a := f.page("?delimiter=/&marker=c/", []string{"e"}, nil, false); strings.Contains(a.body, "NextMarker") {
		t.Error(a.body)
	}
}

// TestListsEchoWhatIsEmpty: prefixes and markers are always there, delimiters
// only when there are any.
func TestListsEchoWhatIsEmpty(t *testing.T) {
	f := withVersions(t)
	f.fill("a")
	for query, elements := range map[string][]string{
		"?": {"Prefix", "Marker"}, "?list-type=2": {"Prefix"}, "?versions": {"Prefix", "KeyMarker", "VersionIdMarker"},
		"?delimiter=&prefix=&marker=": {"Prefix", "Marker"}, "?list-type=2&delimiter=&start-after=": {"Prefix"},
	} {
		a := f.want(200, "GET", "/media"+query, "")
		for _, e := range elements {
			if !strings.Contains(a.body, "<"+e+"></"+e+">") {
				t.Errorf("%s: no %s: %s", query, e, a.body)
			}
		}
		for _, e := range []string{"Delimiter", "EncodingType", "StartAfter", "ContinuationToken", "NextMarker", "NextKeyMarker"} {
			if strings.Contains(a.body, "<"+e+">") {
				t.Errorf("%s: %s: %s", query, e, a.body)
			}
		}
	}
}

func TestATokenStandsForWhereToBegin(t *testing.T) {
	f := withSpace(t)
	f.fill("a", "b", "c")
	token := first(f.page("?list-type=2&max-keys=1&start-after=0", []string{"a"}, nil, true).body, "NextContinuationToken")
	a := f.page("?list-type=2&start-after=b&continuation-token="+token, []string{"b", "c"}, nil, false)
	if first(a.body, "StartAfter") != "b" || first(a.body, "ContinuationToken") != token {
		t.Error(a.body)
	}
}

// TestListsSayWhichParameterIsWrong compares the texts of S3, which differ from
// list to list.
func TestListsSayWhichParameterIsWrong(t *testing.T) {
	f := withVersions(t)
	id := f.putVersion("/media/a", "x")
	for _, c := range []struct{ query, name, value, message string }{
		{"max-keys=-1", "maxKeys", "-1", "Argument maxKeys must be an integer between 0 and 2147483647"},
		{"list-type=2&max-keys=-1", "maxKeys", "-1", "Argument maxKeys must be an integer between 0 and 2147483647"},
		{"max-keys=x", "max-keys", "x", "Provided max-keys not an integer or within integer range"},
		{"versions&max-keys=9999999999", "max-keys", "9999999999", "Provided max-keys not an integer or within integer range"},
		{"versions&max-keys=-1&version-id-marker=x&encoding-type=x", "max-keys", "", "max-keys cannot be negative"},
		{"versions&version-id-marker=" + id + "&encoding-type=x", "version-id-marker", id, "A version-id marker cannot be specified without a key marker."},
		{"versions&version-id-marker=", "version-id-marker", "", "A version-id marker cannot be specified without a key marker."},
		{"versions&key-marker=a&version-id-marker=&encoding-type=x", "version-id-marker", "", "A version-id marker cannot be empty."},
		{"versions&key-marker=a&version-id-marker=x&encoding-type=x", "version-id-marker", "x", "Invalid version id specified"},
		{"encoding-type=x", "encoding-type", "x", "Invalid Encoding Method specified in Request"},
		{"list-type=2&continuation-token=", "continuation-token", "", "The continuation token provided is incorrect"},
	} {
		a := f.refuse(400, "InvalidArgument", "GET", "/media?"+c.query, "")
		if first(a.body, "ArgumentName") != c.name || first(a.body, "ArgumentValue") != c.value || first(a.body, "Message") != c.message {
			t.Errorf("%s: %s", c.query, a.body)
		}
	}
	f.want(200, "GET", "/media?versions&key-marker=a&version-id-marker=null&max-keys=", "")
	f.want(200, "GET", "/media?encoding-type=URL&max-keys=2147483647", "")
}

func TestRowsHaveNoFurtherAttributes(t *testing.T) {
	f := withVersions(t)
	f.fill("a")
	const header = "X-Amz-Optional-Object-Attributes"
	for _, query := range []string{"?", "?list-type=2", "?versions"} {
		if a := f.want(200, "GET", "/media"+query, "", header, "RestoreStatus"); strings.Contains(a.body, "RestoreStatus") {
			t.Error(a.body)
		}
		f.refuse(400, "InvalidArgument", "GET", "/media"+query, "", header, "RestoreStatus,Size")
	}
}

func TestMarkersOfUploads(t *testing.T) {
	f := withSpace(t)
	ids := map[string]string{}
	for _, key := range []string{"dir/sub/1", "dir/sub/2", "dir/x", "dir/y"} {
		ids[key] = f.begin("/media/" + key)
	}
	for _, marker := range []string{"dir/sub/", "dir/sub/1", "dir/sub/zz", "dir/sub/1&upload-id-marker=" + ids["dir/sub/1"]} {
		a := f.want(200, "GET", "/media?uploads&prefix=dir/&delimiter=/&key-marker="+marker, "")
		key, _, _ := strings.Cut(marker, "&")
		if strings.Join(between(a.body, "Key"), " ") != "dir/x dir/y" || first(a.body, "KeyMarker") != key || strings.Contains(a.body, "CommonPrefixes") {
			t.Error(marker, a.body)
		}
	}
	f.want(204, "DELETE", "/media/dir/x?uploadId="+ids["dir/x"], "")
	a := f.want(200, "GET", "/media?uploads&key-marker=dir/x&upload-id-marker="+ids["dir/x"], "")
	if strings.Join(between(a.body, "Key"), " ") != "dir/y" || strings.Contains(a.body, "Prefix") || strings.Contains(a.body, "Delimiter") {
		t.Error(a.body)
	}
	for _, id := range []string{"x", "0f3c2d19-0be4-3f3f-6cd1-c26ce4c59ae6", ids["dir/y"] + "00"} {
		a := f.refuse(400, "InvalidArgument", "GET", "/media?uploads&key-marker=dir/x&upload-id-marker="+id, "")
		if first(a.body, "ArgumentName") != "upload-id-marker" || first(a.body, "ArgumentValue") != id || first(a.body, "Message") != "Invalid uploadId marker" {
			t.Error(a.body)
		}
		f.want(200, "GET", "/media?uploads&upload-id-marker="+id, "")
	}
}
