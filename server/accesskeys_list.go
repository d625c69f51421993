package server

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"spaces/server/keyring"
)

// Pages of a list (DigitalOcean API, "Links & Pagination").
const (
	keysPerPage    = 20
	maxKeysPerPage = 200
)

// keyList is the answer to a list.
type keyList struct {
	Keys  []keyring.Key `json:"keys"`
	Links pageLinks     `json:"links"`
	Meta  struct {
		Total int `json:"total"`
	} `json:"meta"`
}

type pageLinks struct {
	Pages *pages `json:"pages,omitempty"`
}

// pages are addresses; those that lead nowhere are left out.
type pages struct {
	First string `json:"first,omitempty"`
	Prev  string `json:"prev,omitempty"`
	Next  string `json:"next,omitempty"`
	Last  string `json:"last,omitempty"`
}

func (c *call) listKeys() (any, error) {
	q := url.Values{}
	for _, p := range c.in.Query {
		q.Add(p.Name, p.Value)
	}
	number, err := pageParam(q, "page", 1, 1<<30)
	if err != nil {
		return nil, err
	}
	size, err := pageParam(q, "per_page", keysPerPage, maxKeysPerPage)
	if err != nil {
		return nil, err
	}
	order, err := keyOrder(q.Get("sort"), q.Get("sort_direction"))
	if err != nil {
		return nil, err
	}
	wanted, err := keyFilter(q)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(c.s.keys.List(), func(k keyring.Key) bool { return !wanted(k) })
	slices.SortStableFunc(list, order)
	var a keyList
	a.Meta.Total = len(list)
	from := min((number-1)*size, len(list))
	a.Keys = append([]keyring.Key{}, list[from:min(from+size, len(list))]...)
	a.Links.Pages = c.pagesOf(q, number, (len(list)+size-1)/size)
	return a, nil
}

func pageParam(q url.Values, name string, usual, most int) (int, error) {
	v := q.Get(name)
	if v == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > most {
		return 0, badKeyRequest(name + " must be a number from 1 to " + strconv.Itoa(most) + ".")
	}
	return n, nil
}

// keyOrder is that of the parameters sort and sort_direction.
func keyOrder(field, direction string) (func(a, b keyring.Key) int, error) {
	var order func(a, b keyring.Key) int
	switch field {
	case "", "created_at":
		order = func(a, b keyring.Key) int { return a.Created.Compare(b.Created) }
	case "name":
		order = func(a, b keyring.Key) int { return strings.Compare(a.Name, b.Name) }
	case "access_key":
		order = func(a, b keyring.Key) int { return strings.Compare(a.ID, b.ID) }
	default:
		return nil, badKeyRequest("sort must be created_at, name or access_key.")
	}
	switch direction {
	case "", "desc":
		return func(a, b keyring.Key) int { return order(b, a) }, nil
	case "asc":
		return order, nil
	}
	return nil, badKeyRequest("sort_direction must be asc or desc.")
}

// keyFilter is that of the parameters name, bucket and permission: a key is
// wanted that has the name, and a grant that meets both of the others.
func keyFilter(q url.Values) (func(keyring.Key) bool, error) {
	name, bucket, permission := q.Get("name"), q.Get("bucket"), keyring.Permission(q.Get("permission"))
	if permission != "" && !permission.Valid() {
		return nil, badKeyRequest("permission must be read, readwrite or fullaccess.")
	}
	return func(k keyring.Key) bool {
		if name != "" && k.Name != name {
			return false
		}
		if bucket == "" && permission == "" {
			return true
		}
		return slices.ContainsFunc(k.Grants, func(g keyring.Grant) bool {
			return (bucket == "" || g.Bucket == bucket) && (permission == "" || g.Permission == permission)
		})
	}, nil
}

// pagesOf links to the other pages; nil when there are none.
func (c *call) pagesOf(q url.Values, number, last int) *pages {
	if last < 2 {
		return nil
	}
	at := func(n int) string {
		q.Set("page", strconv.Itoa(n))
		return c.baseURL() + keysPath + "?" + q.Encode()
	}
	p := new(pages)
	if number > 1 {
		p.First, p.Prev = at(1), at(min(number-1, last))
	}
	if number < last {
		p.Next, p.Last = at(number+1), at(last)
	}
	return p
}
