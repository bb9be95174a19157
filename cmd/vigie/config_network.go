package main

import (
	"net/netip"
	"os"
	"strings"

	"vigie/fault"
	"vigie/source/fetch"
)

// network is whom an installation believes and whom it asks. In the
// environment, the values of a list stand between commas.
type network struct {
	Proxies       []string `toml:"proxies"`        // addresses or networks of the front servers, whose X-Forwarded-For is believed
	FetchHosts    []string `toml:"fetch_hosts"`    // the only sites that imports ask, when there are any
	FetchNetworks []string `toml:"fetch_networks"` // private networks that imports may ask all the same

	proxies, private []netip.Prefix
}

// fill completes n from the environment, then from vigie.toml.
func (n *network) fill(file network) error {
	n.Proxies = listed("VIGIE_PROXIES", file.Proxies)
	n.FetchHosts = listed("VIGIE_FETCH_HOSTS", file.FetchHosts)
	n.FetchNetworks = listed("VIGIE_FETCH_NETWORKS", file.FetchNetworks)
	var err error
	if n.proxies, err = prefixes("proxies", n.Proxies); err == nil {
		n.private, err = prefixes("fetch_networks", n.FetchNetworks)
	}
	return err
}

func listed(variable string, file []string) []string {
	var out []string
	for one := range strings.SplitSeq(os.Getenv(variable), ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	if out == nil {
		return file
	}
	return out
}

// prefixes reads networks; an address alone is a network of one.
func prefixes(key string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if a, wrong := netip.ParseAddr(text); wrong == nil {
			p, err = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fault.Invalidf("écrivez une adresse ou un réseau : 127.0.0.1, 10.0.0.0/8", "configuration, %s : « %s » n’est pas un réseau", key, text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// fetcher is what brings files from addresses of the web.
func (n *network) fetcher() *fetch.Fetcher {
	return &fetch.Fetcher{Hosts: n.FetchHosts, Networks: n.private}
}
