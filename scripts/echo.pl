# An echo server by Perl's Net::Server::Fork: echo.pl ADDRESS PORT BACKLOG
use strict;
use warnings;

package Echo;
use base 'Net::Server::Fork';

sub process_request {
	my $client = shift->{server}{client};
	while (sysread $client, my $data, 65536) {
		syswrite $client, $data;
	}
}

# Its own limit is 256 children.
Echo->run(host => $ARGV[0], port => $ARGV[1], ipv => 4, listen => $ARGV[2],
	max_servers => 1000000, log_level => 0);
